import { fail, isCode } from '../../shared/kernel/errors.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import type { AdoptedPolicies } from '../../shared/policy/adopted/adopted-file.js';
import {
  type AdoptionDeps,
  createKeptPolicies,
  type KeptPolicies,
  takenAs,
} from '../../shared/policy/adopted/adoption.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import { membersByBundle } from '../../shared/policy/adopted/bundle-facts.js';
import type { PassedFolder, PolicyJudge } from '../../shared/policy/adopted/policy-judge.js';
import type { PolicySets } from '../../shared/policy/policies.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import { isForSameNames } from '../../shared/policy/load/active-snapshot.js';
import type { LoadedFolder, LoadFolder } from '../../shared/policy/load/watch.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { recordedDirectory } from '../ledger/apply-directory.js';
import { createJudgeNext, type JudgeNextDeps } from './judge-next.js';
import {
  composeBundle,
  federationFilesBy,
  federationFilesIn,
  federationFilesOf,
  filesIn,
  releasedFiles,
  withFederationFiles,
} from './release-set.js';

/** What `createReleaseAdoption` needs. */
export interface ReleaseAdoptionDeps extends Omit<AdoptionDeps, 'named'>, Omit<JudgeNextDeps, 'judge'> {
  /** Resolves once the ledger is read. */
  readonly ledgerRead: () => Promise<unknown>;
  readonly store: Pick<RouterStore, 'releases' | 'ledger' | 'fact'>;
  /** Called with the adopted bundle each time that nothing is left to judge. */
  readonly onSettled: (inForce: PolicyBundle) => void;
}

/**
 * Returns a function that gives `watchPolicies` what to load where members release their own rules. Each change of the policies
 * is a record on the ledger's own subject, written by the router that judged it after it had applied all records before: all
 * routers adopt the same changes in the same order, and a router that lost its disk finds them again.
 */
export function createReleaseAdoption(deps: ReleaseAdoptionDeps): LoadFolder {
  const { store, judge, trusted, ledgerRead } = deps;
  const [kept, judgeNext] = [createKeptPolicies(deps), createJudgeNext(deps)];
  let active: LoadedFolder | undefined;
  let passed: PassedFolder | undefined;
  const passedAs = (digest: string): PassedFolder | undefined =>
    passed?.bundle.digest === digest ? passed : undefined;
  const load = async (adopted: AdoptedPolicies): Promise<LoadedFolder> => {
    const loaded = await loadedFrom(adopted, passedAs(adopted.bundle.digest)?.sets, judge);
    return { ...loaded, commit: () => void (active = loaded) };
  };
  /** Takes what the ledger names, or judges the next change; resolves with undefined while there is more to do. */
  const step = async (folder: string, directory: DirectoryFacts): Promise<LoadedFolder | undefined> => {
    const position = store.ledger.lastSeq(LEDGER_OWNER);
    await takeNamed(deps, { kept, passedAs, folder, directory });
    const adopted = kept.adopted();
    if (adopted !== undefined && active?.bundle !== adopted.bundle.digest) return load(adopted);
    // Of two routers, one has the newest directory first: both judge for the members that are on the ledger.
    const isAhead = recordedDirectory(store)?.version !== trusted().version;
    if (active !== undefined && isAhead) return { ...active, isFolder: true };
    const recorded = await judgeNext({ folder, directory, adopted, position });
    passed = recorded?.passed ?? passed;
    if (recorded !== undefined || adopted === undefined || active === undefined) return undefined;
    const members = membersByBundle(adopted.bundle, directory);
    if (isForSameNames(adopted.directory, members)) {
      deps.onSettled(adopted.bundle);
      return { ...active, isFolder: true };
    }
    passed = undefined;
    kept.keep({ ...adopted, directory: members });
    return load({ ...adopted, directory: members });
  };
  return async (folder, directory) => {
    await ledgerRead();
    for (;;) {
      const loaded = await step(folder, directory);
      if (loaded !== undefined) return loaded;
    }
  };
}

async function loadedFrom(
  { bundle, directory }: AdoptedPolicies,
  sets: PolicySets | undefined,
  judge: Pick<PolicyJudge, 'load'>,
): Promise<LoadedFolder> {
  const loaded = sets ?? (await judge.load(bundle, directory));
  const factsBy = (present: DirectoryFacts): DirectoryFacts => membersByBundle(bundle, present);
  return { sets: loaded, bundle: bundle.digest, loadedFor: directory, factsBy, isFolder: false };
}

interface NamedParams {
  readonly kept: KeptPolicies;
  /** The policies with this digest that this router judged last. */
  readonly passedAs: (digest: string) => PassedFolder | undefined;
  readonly folder: string;
  readonly directory: DirectoryFacts;
}

/** Replaces the adopted policies by those that the ledger names, if these are others. */
async function takeNamed(
  deps: ReleaseAdoptionDeps,
  { kept, passedAs, folder, directory }: NamedParams,
): Promise<void> {
  const [named, adopted] = [deps.store.releases.bundle(), kept.adopted()];
  if (named === undefined || named === adopted?.bundle.digest) return;
  const judged = passedAs(named);
  const bundle = judged?.bundle ?? (await takeInForce(deps, { named, folder, directory, adopted }));
  kept.keep(takenAs(bundle, { directory, adopted, now: deps.now() }), judged?.notes);
}

interface TakeParams {
  readonly named: string;
  readonly folder: string;
  readonly directory: DirectoryFacts;
  readonly adopted: AdoptedPolicies | undefined;
}

/** Returns the bundle that the ledger names: composed from the releases in force, or from the auditor. */
async function takeInForce(
  { store, fetchBundle, isDemo = false }: ReleaseAdoptionDeps,
  { named, folder, directory, adopted }: TakeParams,
): Promise<PolicyBundle> {
  const released = releasedFiles(store);
  const members = [...directory.organisations.keys()];
  const release = released.get(LEDGER_OWNER);
  const federations = [
    ...(release ? [federationFilesBy(release)] : []),
    ...(adopted ? [federationFilesOf(adopted.bundle)] : []),
    ...ifReadable(() => (isDemo ? filesIn(folder, members) : federationFilesIn(folder))),
  ];
  const bundles = federations
    .flatMap((files) => (adopted ? [files, withFederationFiles(adopted.bundle, files)] : [files]))
    .flatMap((base) => ifReadable(() => composeBundle(base, released, members)));
  const bundle = bundles.find(({ digest }) => digest === named) ?? (await fetchBundle(named));
  if (bundle !== undefined) return bundle;
  throw fail('policies-missing', `the policies \`${named}\`, which the ledger names, are not here`);
}

function ifReadable(read: () => PolicyBundle): readonly PolicyBundle[] {
  try {
    return [read()];
  } catch (thrown) {
    if (isCode(thrown, 'policy-invalid', 'policy-missing', 'config-invalid', 'id-invalid')) return [];
    throw thrown;
  }
}
