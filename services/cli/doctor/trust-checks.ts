import { existsSync } from 'node:fs';
import { errorFrom, LiaisonError } from '../../shared/kernel/errors.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import { loadPolicies, type PolicySets } from '../../shared/policy/policies.js';
import { digest } from '../../shared/trust/digest.js';
import { isStale } from '../../shared/trust/directory.js';
import { quoted } from '../terminal/suggested-command.js';
import type { ShownRefusedPolicies } from '../../shared/wire/shown-adoption.js';
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
import { localKeys } from '../key/local-keys.js';
import { contract } from './contract-check.js';
import { directory } from './directory-check.js';
import { judgeKeys } from './judge-keys.js';
import { statusOnce } from './status-once.js';
import { counted } from '../../shared/wire/counted.js';

const keys: Check = {
  name: 'keys',
  look: ifInitialised(async ({ home, now }) => {
    const opened = await readDirectory(home);
    if (isStale(opened, now)) return skip('the directory is stale');
    const isRootElsewhere = existsSync(home.directoryKey) && !existsSync(home.rootKey);
    return judgeKeys(opened, localKeys(home, opened), { now, isRootElsewhere });
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
    const found = `${counted(rules.size, 'rule')} in ${counted(sets.size, 'set')}${named}`;
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

/** The checks of the directory, the contract, the keys and the policies. */
export const trustChecks: readonly Check[] = [directory, contract, keys, policies];
