import { fail, isCode, type LiaisonError } from '../../kernel/errors.js';
import { type DirectoryFacts, factsText } from '../facts.js';
import { isForSameNames } from '../load/active-snapshot.js';
import { stampOf } from '../load/watch-folders.js';
import type { LoadedFolder, LoadFolder } from '../load/watch.js';
import type { Digest } from '../policies.js';
import { type AdoptedPolicies, MAX_EARLIER, readAdopted, writeAdopted } from './adopted-file.js';
import { type PolicyBundle, readableBundle, readBundle } from './bundle.js';
import { membersByBundle } from './bundle-facts.js';
import { type CaseAlarm, type JudgedAgainst, type PolicyJudge, refusedFolder } from './policy-judge.js';

/** The policies that the newest record of the ledger names, and when it was made, in milliseconds since the epoch. */
export interface NamedBundle {
  readonly digest: string;
  readonly at: number;
}

/** Policies that a router has just adopted. */
export interface Adoption {
  readonly bundle: PolicyBundle;
  /**
   * True when no policies were adopted before, neither here nor by the ledger: there was nothing to compare
   * with.
   */
  readonly isFirst: boolean;
  readonly notes: readonly CaseAlarm[];
}

/** What `createAdoption` needs. */
export interface AdoptionDeps {
  /** The path of the file that holds the adopted policies. */
  readonly path: string;
  readonly judge: PolicyJudge;
  readonly digest: Digest;
  /** Resolves once the ledger is read, with what its newest record names. */
  readonly named: () => Promise<NamedBundle | undefined>;
  /** Fetches an adopted bundle from the auditor; undefined when it does not have it. */
  readonly fetchBundle: (digest: string) => Promise<PolicyBundle | undefined>;
  readonly now: () => Date;
  /** Called with the content of the file: at the start, and whenever it is replaced. */
  readonly onKept?: (adopted: AdoptedPolicies) => void;
  /** Called when new policies are on disk, before they decide. */
  readonly onAdopt: (adoption: Adoption) => void;
  /** Called when the file is damaged; it is not used then. */
  readonly onDamaged: (error: LiaisonError) => void;
}

/**
 * Returns a function that gives `watchPolicies` what to load: first the policies that were adopted before, from
 * disk or as the newest record names them, then what the folder holds if it passes the policy gate. It rejects
 * with `policy-refused` for a folder that does not pass, `policies-missing` when neither the folder nor the
 * auditor has the named policies, and as `loadPolicies` throws.
 */
export function createAdoption(deps: AdoptionDeps): LoadFolder {
  const { named } = deps;
  const kept = createKeptPolicies(deps);
  /** The last loaded policies that were committed. */
  let active: LoadedFolder | undefined;
  const whenCommitted = (loaded: LoadedFolder, before = () => {}): LoadedFolder => ({
    ...loaded,
    commit: () => {
      before();
      active = loaded;
    },
  });
  const judged = createJudged(deps);
  /** True while the named policies are missing: then an operator may go back to earlier ones. */
  let isMissing = false;
  return async (folder, directory) => {
    const newest = await named();
    const adopted = kept.adopted();
    if (newest !== undefined && isNewer(newest, adopted, isMissing)) {
      isMissing = true;
      const { loaded, next } = await takeNamed(deps, { newest, adopted, folder, directory });
      isMissing = false;
      return whenCommitted(loaded, () => kept.keep(next));
    }
    if (active === undefined && adopted !== undefined) return whenCommitted(await loadAgain(deps, adopted));
    const { loaded, next, notes } = await judged({ folder, directory, adopted, active });
    return next === undefined ? loaded : whenCommitted(loaded, () => kept.keep(next, notes));
  };
}

/** The adopted policies of a router, on its disk. */
export interface KeptPolicies {
  /** Undefined while none are adopted. */
  adopted(): AdoptedPolicies | undefined;
  /** Replaces them; `notes` are given by the router that judged them. Throws the system's error. */
  keep(next: AdoptedPolicies, notes?: readonly CaseAlarm[]): void;
}

/** Opens the file of the adopted policies, and reports each change of it. */
export function createKeptPolicies(
  deps: Pick<AdoptionDeps, 'path' | 'digest' | 'onKept' | 'onAdopt' | 'onDamaged'>,
): KeptPolicies {
  let adopted = readAdoptedFile(deps);
  if (adopted !== undefined) deps.onKept?.(adopted);
  return {
    adopted: () => adopted,
    keep: (next, notes) => {
      const isFirst = adopted === undefined && notes !== undefined;
      writeAdopted(deps.path, next, deps.digest);
      if (next.bundle.digest !== adopted?.bundle.digest)
        deps.onAdopt({ bundle: next.bundle, isFirst, notes: notes ?? [] });
      adopted = next;
      deps.onKept?.(next);
    },
  };
}

function readAdoptedFile({
  path,
  digest,
  onDamaged,
}: Pick<AdoptionDeps, 'path' | 'digest' | 'onDamaged'>): AdoptedPolicies | undefined {
  try {
    return readAdopted(path, digest);
  } catch (thrown) {
    if (!isCode(thrown, 'digest-mismatch')) throw thrown;
    onDamaged(thrown);
    return undefined;
  }
}

/**
 * True when other routers have adopted newer policies than this one. False for the previous policies of this
 * router: a router that has not seen the change yet still names them.
 */
function isNewer(newest: NamedBundle, adopted: AdoptedPolicies | undefined, isMissing: boolean): boolean {
  if (adopted === undefined) return true;
  const before = isMissing ? [] : [adopted.previous, ...(adopted.earlier ?? [])];
  const own = [adopted.bundle.digest, ...before];
  return newest.at > adopted.at && !own.includes(newest.digest);
}

/** Returns the digests of the bundles before the next one. */
function beforeOf(adopted: AdoptedPolicies | undefined): Pick<AdoptedPolicies, 'previous' | 'earlier'> {
  if (adopted === undefined) return { previous: null };
  const { bundle, previous, earlier = [] } = adopted;
  if (previous === null) return { previous: bundle.digest };
  return { previous: bundle.digest, earlier: [previous, ...earlier].slice(0, MAX_EARLIER) };
}

interface TakeParams {
  readonly newest: NamedBundle;
  readonly adopted: AdoptedPolicies | undefined;
  readonly folder: string;
  readonly directory: DirectoryFacts;
}

/**
 * Takes the named policies from the folder or the auditor, without judging them: other routers adopted them
 * already.
 */
async function takeNamed(deps: AdoptionDeps, { newest, adopted, folder, directory }: TakeParams) {
  const members = [...directory.organisations.keys()];
  const inFolder = readableBundle(() => readBundle(folder, members, deps.digest));
  const isInFolder = inFolder?.digest === newest.digest;
  const bundle = isInFolder ? inFolder : await deps.fetchBundle(newest.digest);
  if (bundle?.digest !== newest.digest)
    throw fail(
      'policies-missing',
      `the policies \`${newest.digest}\`, which the newest record names, are not here`,
    );
  const next = takenAs(bundle, { directory, adopted, now: deps.now() });
  const loadedFor = next.directory;
  const sets = await deps.judge.load(bundle, loadedFor);
  return { loaded: { sets, bundle: bundle.digest, loadedFor, isFolder: isInFolder }, next };
}

interface TakenParams extends Pick<TakeParams, 'directory' | 'adopted'> {
  readonly now: Date;
}

/** Returns a bundle that the ledger names as the adopted policies, in place of those before: for the members whose rules it has. */
export function takenAs(bundle: PolicyBundle, { directory, adopted, now }: TakenParams): AdoptedPolicies {
  return {
    bundle,
    directory: membersByBundle(bundle, directory),
    at: now.getTime(),
    ...beforeOf(adopted),
  };
}

async function loadAgain({ judge }: AdoptionDeps, adopted: AdoptedPolicies): Promise<LoadedFolder> {
  const { bundle, directory } = adopted;
  const sets = await judge.load(bundle, directory);
  return { sets, bundle: bundle.digest, loadedFor: directory, isFolder: false };
}

interface JudgedParams {
  readonly folder: string;
  readonly directory: DirectoryFacts;
  readonly adopted: AdoptedPolicies | undefined;
  readonly active: LoadedFolder | undefined;
}

interface Passed {
  readonly loaded: LoadedFolder;
  /** What to write to disk; undefined when it is there already. */
  readonly next?: AdoptedPolicies;
  readonly notes?: readonly CaseAlarm[];
}

/**
 * Judges the folder unless it holds the adopted policies. A refused folder is not judged again until
 * something changes.
 */
function createJudged(deps: AdoptionDeps): (params: JudgedParams) => Promise<Passed> {
  const { judge, digest, now } = deps;
  let refused: { readonly inputs: string; readonly error: LiaisonError } | undefined;
  return async ({ folder, directory, adopted, active }) => {
    const today = now().toISOString().slice(0, 10);
    const inputs = JSON.stringify([stampOf(folder), factsText(directory), adopted?.bundle.digest, today]);
    // Before the bundle is read: a refused folder is looked at every few seconds.
    if (refused?.inputs === inputs) throw refused.error;
    const bundle = readBundle(folder, [...directory.organisations.keys()], digest);
    const isAdopted = bundle.digest === adopted?.bundle.digest;
    const isSame = isAdopted && isForSameNames(adopted.directory, directory);
    if (isSame && active !== undefined) return { loaded: { ...active, isFolder: true } };
    if (isAdopted) {
      const sets = await judge.load(bundle, directory);
      const loaded = { sets, bundle: bundle.digest, loadedFor: directory, isFolder: true };
      return { loaded, next: { ...adopted, directory } };
    }
    const verdict = await judge.judge({ folder, directory, today, adopted: judgedAgainst(adopted) });
    if (!verdict.adopt) {
      refused = { inputs, error: refusedFolder(verdict.findings) };
      throw refused.error;
    }
    const { bundle: passed, sets, notes } = verdict.passed;
    const next = { bundle: passed, directory, at: now().getTime(), ...beforeOf(adopted) };
    const loaded = { sets, bundle: passed.digest, loadedFor: directory, isFolder: true };
    return { loaded, next, notes };
  };
}

/** Returns the adopted policies as the policy gate compares others with them. */
export function judgedAgainst(adopted: AdoptedPolicies | undefined): JudgedAgainst | undefined {
  if (adopted === undefined) return undefined;
  const { bundle, directory, previous } = adopted;
  return { bundle, loadedFor: directory, isProven: previous !== null };
}
