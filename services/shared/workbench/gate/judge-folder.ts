import {
  INVARIANTS_FILE,
  type PolicyBundle,
  readBundle,
  readBundleWithFacts,
} from '../../policy/adopted/bundle.js';
import { createCedarSlots } from '../../policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../policy/compiled-engine.js';
import type { DirectoryFacts } from '../../policy/facts.js';
import { loadBundle, type Digest, type PolicySets } from '../../policy/policies.js';
import type { ParseDirectory } from '../check/check-directory.js';
import { checkFolder } from '../check/check-folder.js';
import { type Finding, placeOf } from '../check/finding.js';
import { parseApprovals, readApprovals } from '../diff/approvals.js';
import type { HexDigest } from '../diff/changes.js';
import { type Invariant, parseInvariants } from '../prove/invariant-file.js';
import type { Workspace } from '../workspace.js';
import { failedCases } from './failed-cases.js';
import { type AdoptedVersion, judgeChange } from './judge-change.js';
import { ownLoosenings } from './own-loosenings.js';
import type { SignedApprovals } from '../../policy/adopted/policy-judge.js';
import type { IsRecorded } from './schema-fit.js';
import type { GateFinding, GateVerdict } from './verdict.js';

/** The adopted bundle, with the directory that its rules are applied to. */
export interface AdoptedBundle {
  readonly bundle: PolicyBundle;
  /** The directory whose members and groups the rules of the bundle may name. */
  readonly loadedFor: DirectoryFacts;
  /** The facts that it is applied to. */
  readonly directory: DirectoryFacts;
  /** False for the first bundle of a federation, whose invariants were not proven. */
  readonly isProven: boolean;
}

/** What `judgeFolder` needs besides the folder. */
export interface GateDeps {
  /** Undefined while no policies are adopted: then `policy check` alone decides. */
  readonly adopted: AdoptedBundle | undefined;
  /** The directory that the folder would be applied to. */
  readonly directory: DirectoryFacts;
  readonly isRecorded: IsRecorded;
  /** What approvers signed about the release in the folder. */
  readonly signed?: SignedApprovals;
  /** True where the facts about members are part of the bundle. */
  readonly hasFacts?: boolean;
  readonly parseDirectory: ParseDirectory;
  /** `2027-01-31`, in UTC. */
  readonly today: string;
  readonly digest: Digest;
  readonly hexDigest: HexDigest;
}

/** The verdict about a folder, with what was judged. */
export interface JudgedFolder {
  readonly verdict: GateVerdict;
  /** What would be adopted; absent when `policy check` found an error. */
  readonly loaded?: { readonly bundle: PolicyBundle; readonly sets: PolicySets };
}

/**
 * Judges a folder of policies: `policy check` first, then `judgeChange` against the adopted bundle. Throws
 * `policy-invalid` and `policy-missing` as `loadPolicies` does, for a folder that does not load for this directory.
 */
export async function judgeFolder(folder: string, deps: GateDeps): Promise<JudgedFolder> {
  const { adopted, directory, digest, hexDigest, isRecorded, today } = deps;
  const members = [...directory.organisations.keys()];
  const read = deps.hasFacts === true ? readBundleWithFacts : readBundle;
  const bundle = read(folder, members, digest);
  const sets = loadBundle(bundle.files, directory, digest);
  const errors = checkFolder(folder, { ...deps, errorsOnly: true }).filter(
    ({ severity }) => severity === 'error',
  );
  if (errors.length > 0) return { verdict: { adopt: false, findings: errors.map(asFinding) } };
  const loaded = { bundle, sets };
  if (adopted === undefined) return { verdict: { adopt: true, notes: [] }, loaded };
  const engine = createCompiledEngine(sets, createCedarSlots());
  const workspace: Workspace = { folder, sets, directory, engine };
  const candidate = {
    ...workspace,
    invariants: invariantsOf(bundle, sets),
    approvals: readApprovals(workspace).flatMap(parseApprovals),
    failedCases: failedCases(workspace),
  };
  const { signed } = deps;
  const versions = { adopted: adoptedVersion(adopted, digest), candidate };
  const release = signed && {
    ...signed,
    ...(await ownLoosenings({ release: signed, ...versions, digest: hexDigest })),
  };
  const verdict = await judgeChange({
    ...versions,
    ...(release === undefined ? {} : { release }),
    isRecorded,
    today,
    digest: hexDigest,
  });
  return { verdict, loaded };
}

/** Loads a bundle with the facts that it is applied to. */
export function adoptedVersion(
  { bundle, loadedFor, directory, isProven }: AdoptedBundle,
  digest: Digest,
): AdoptedVersion {
  const sets = loadBundle(bundle.files, loadedFor, digest);
  return { sets, directory, isProven, invariants: invariantsOf(bundle, sets) };
}

function invariantsOf({ files }: PolicyBundle, { schema }: PolicySets): readonly Invariant[] {
  const text = files.get(INVARIANTS_FILE);
  return text === undefined ? [] : parseInvariants({ path: INVARIANTS_FILE, text }, schema);
}

function asFinding(error: Finding): GateFinding {
  const [owner = ''] = error.path.split('/');
  const org = error.path.includes('/') ? (owner as GateFinding['org']) : 'federation';
  return { condition: 'check', org, place: placeOf(error), message: error.message };
}
