import { errorFrom, LiaisonError } from '../../shared/kernel/errors.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import { loadPolicies, type PolicySets } from '../../shared/policy/policies.js';
import { digest } from '../../shared/trust/digest.js';
import { type DirectoryKey, isStale } from '../../shared/trust/directory.js';
import { quoted } from '../own-line.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { policiesIn } from '../policies-folder.js';
import { bad, type Check, type Finding, isMade, ok, type Patient, skip, tailLine } from './check.js';
import { directory } from './directory-check.js';
import { statusOf } from './status-once.js';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const keys: Check = {
  name: 'keys',
  look: whereInitialised(async ({ home, now }) => {
    const opened = await readDirectory(home);
    if (isStale(opened, now)) return skip('the directory is stale');
    const all = [...opened.hub.keys, ...[...opened.organisations.values()].flatMap((org) => org.keys)];
    const spent = all.filter((key) => isSpent(key, now, 0));
    if (spent.length > 0)
      return bad(`expired: ${names(spent)}`, 'liaison init --demo --force   # new keys, a new home');
    const soon = all.filter((key) => isSpent(key, now, SOON_DAYS));
    const first = Math.min(...all.map(({ notAfter }) => notAfter.getTime()));
    if (soon.length > 0)
      return bad(
        `expire within ${SOON_DAYS} days: ${names(soon)}`,
        'liaison init --demo --force   # new keys, a new home',
      );
    return ok(`${all.length} keys, the first expires ${new Date(first).toISOString().slice(0, 10)}`);
  }),
};

const policies: Check = {
  name: 'policies',
  look: whereInitialised(async ({ home, env, run }) => {
    const folder = policiesIn(env);
    const loaded = loadedFrom(folder, await readDirectory(home));
    if (loaded instanceof LiaisonError) {
      const { message, code } = loaded;
      return bad(`${message} [${code}]`, `liaison policy check --policies ${quoted(folder)}`);
    }
    const { rules, sets, digests } = loaded;
    const active = run === undefined ? undefined : (await statusOf(run)).policies;
    // It may read another folder than whoever looks here.
    if (active?.faulty === true)
      return bad(
        'the folder that the router reads does not load: what was in force still is',
        `${tailLine({ home, run }, 'router')}   # why; LIAISON_POLICIES of \`up\` may name another folder than here`,
      );
    const found = `${rules.size} rules in ${sets.size} sets`;
    const others = Object.entries(active?.digests ?? {}).filter(([set, text]) => digests[set] !== text);
    return ok(others.length === 0 ? found : `${found} of ${folder}; the router decides by other ones`);
  }),
};

function loadedFrom(folder: string, directory: DirectoryFacts): PolicySets | LiaisonError {
  try {
    return loadPolicies(folder, directory, digest);
  } catch (thrown) {
    return errorFrom(thrown);
  }
}

function whereInitialised(look: (patient: Patient) => Promise<Finding>): Check['look'] {
  return (patient) => (isMade(patient) ? look(patient) : skip('the home is not initialised'));
}

function isSpent({ notAfter, revokedAt }: DirectoryKey, now: Date, days: number): boolean {
  return revokedAt === undefined && notAfter.getTime() <= now.getTime() + days * DAY_MS;
}

function names(found: readonly DirectoryKey[]): string {
  return found.map(({ kid }) => kid).join(' ');
}

export const trustChecks: readonly Check[] = [directory, keys, policies];
