import { errorFrom, LiaisonError } from '../../shared/kernel/errors.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import { loadPolicies, type PolicySets } from '../../shared/policy/policies.js';
import { digest } from '../../shared/trust/digest.js';
import { type Directory, type DirectoryKey, isStale } from '../../shared/trust/directory.js';
import { quoted } from '../terminal/suggested-command.js';
import type { ShownRefusedPolicies } from '../../shared/wire/shown-adoption.js';
import { KEY_SOON_DAYS } from '../../shared/trust/directory/member-summary.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { policiesIn } from '../home/policies-folder.js';
import { areRulesReleased } from '../home/rules-source.js';
import {
  bad,
  type Check,
  type CheckFinding,
  isHomeReady,
  ok,
  type CheckContext,
  skip,
  logCommand,
} from './check.js';
import { type LocalKey, localKeys, keysOf, rotateCommand } from '../key/local-keys.js';
import { contract } from './contract-check.js';
import { directory } from './directory-check.js';
import { statusOnce } from './status-once.js';

const DAY_MS = 86_400_000;
const keys: Check = {
  name: 'keys',
  look: ifInitialised(async ({ home, now }) => {
    const opened = await readDirectory(home);
    if (isStale(opened, now)) return skip('the directory is stale');
    const here = localKeys(home, opened);
    const all = keysOf(opened).filter(stillSigns(opened, here));
    const mend = (found: readonly DirectoryKey[]): string => rotateFix(here, found);
    const revoked = all.filter(({ revokedAt }) => revokedAt !== undefined);
    if (revoked.length > 0) return bad(`revoked and not replaced: ${names(revoked)}`, mend(revoked));
    const spent = all.filter((key) => isSpent(key, now, 0));
    if (spent.length > 0) return bad(`expired: ${names(spent)}`, mend(spent));
    const soon = all.filter((key) => isSpent(key, now, KEY_SOON_DAYS));
    if (soon.length > 0) return bad(`expire within ${KEY_SOON_DAYS} days: ${names(soon)}`, mend(soon));
    const first = Math.min(...all.map(({ notAfter }) => notAfter.getTime()));
    return ok(`${all.length} keys, the first expires ${new Date(first).toISOString().slice(0, 10)}`);
  }),
};

const policies: Check = {
  name: 'policies',
  look: ifInitialised(async ({ home, env, run }) => {
    const folder = policiesIn(env, home);
    const isReleased = areRulesReleased({ env, run });
    const loaded = loadedFrom(folder, isReleased ? NO_MEMBERS : await readDirectory(home));
    if (loaded instanceof LiaisonError) {
      const { message, code } = loaded;
      return bad(`${message} [${code}]`, `liaison policy check --policies ${quoted(folder)}`);
    }
    const { rules, sets, digests } = loaded;
    const active = run === undefined ? undefined : (await statusOnce(run)).policies;
    const refused = active?.adoption?.refused ?? null;
    // The router may read another folder than this call.
    if (refused !== null)
      return bad(
        refusedText(refused),
        isReleased
          ? `${logCommand({ home, run }, 'router')}   # every finding`
          : 'liaison policy adopt --dry-run   # shows every finding',
      );
    if (active?.faulty === true)
      return bad(
        'the folder of the router is not adopted: it still uses the previous policies',
        `${logCommand({ home, run }, 'router')}   # the reason; \`up\` may use another LIAISON_POLICIES than this shell`,
      );
    const adopted = active?.adoption?.adopted ?? null;
    const named = adopted === null ? '' : `, adopted as ${adopted.slice(0, 12)}`;
    const found = `${rules.size} rules in ${sets.size} sets${named}`;
    const others = Object.entries(active?.digests ?? {}).filter(
      ([set, text]) => digests[set] !== text && !(isReleased && digests[set] === undefined),
    );
    return ok(others.length === 0 ? found : `${found} of ${folder}; the router uses other ones`);
  }),
};

const NO_MEMBERS: DirectoryFacts = { organisations: new Map() };

function refusedText({ code, findings }: ShownRefusedPolicies): string {
  const [first] = findings;
  const what = first === undefined ? '' : `: ${first.place}: ${first.message}`;
  const rest = findings.length > 1 ? `, and ${findings.length - 1} more` : '';
  return `the saved folder is not adopted, the previous policies decide${what}${rest} [${code}]`;
}

function loadedFrom(folder: string, directory: DirectoryFacts): PolicySets | LiaisonError {
  try {
    return loadPolicies(folder, directory, digest);
  } catch (thrown) {
    return errorFrom(thrown);
  }
}

function ifInitialised(look: (context: CheckContext) => Promise<CheckFinding>): Check['look'] {
  return (context) => (isHomeReady(context) ? look(context) : skip('the home is not initialised'));
}

function isSpent({ notAfter }: DirectoryKey, now: Date, days: number): boolean {
  return notAfter.getTime() <= now.getTime() + days * DAY_MS;
}

/**
 * Returns a filter for keys in use: keys of this home that are not replaced, and the latest valid key of
 * others.
 */
function stillSigns(directory: Directory, here: readonly LocalKey[]): (key: DirectoryKey) => boolean {
  return (key) => {
    const { owner, use, kid, notBefore, revokedAt } = key;
    if (here.some((place) => place.owner === owner && place.use === use))
      return here.some((place) => place.kid === kid && !place.isReplaced);
    const isReplaced = keysOf(directory).some(
      (other) => other.owner === owner && other.use === use && other.notBefore > notBefore,
    );
    return !isReplaced && revokedAt === undefined;
  };
}

function rotateFix(here: readonly LocalKey[], [first]: readonly DirectoryKey[]): string {
  const place = here.find(({ kid }) => kid === first?.kid);
  if (place === undefined) return 'liaison key list   # shows the owner, who rotates it';
  return `liaison ${rotateCommand(place)}`;
}

function names(found: readonly DirectoryKey[]): string {
  return found.map(({ kid }) => kid).join(' ');
}

/** The checks of the directory, the contract, the keys and the policies. */
export const trustChecks: readonly Check[] = [directory, contract, keys, policies];
