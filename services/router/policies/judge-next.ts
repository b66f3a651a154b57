import { errorFrom, fail, LiaisonError } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import { type AdoptionPart, recordableFindings } from '../../shared/ledger/release/adoption-record.js';
import { RULE_FILES } from '../../shared/ledger/release/release-files.js';
import type { AdoptedPolicies } from '../../shared/policy/adopted/adopted-file.js';
import { judgedAgainst } from '../../shared/policy/adopted/adoption.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import { membersByBundle, releasedFacts } from '../../shared/policy/adopted/bundle-facts.js';
import {
  type JudgeVerdict,
  type PassedFolder,
  type PolicyJudge,
  refusedFolder,
  type SignedApprovals,
} from '../../shared/policy/adopted/policy-judge.js';
import { type DirectoryFacts, factsText } from '../../shared/policy/facts.js';
import { stampOf } from '../../shared/policy/load/watch-folders.js';
import type { SubmittedRelease } from '../../shared/store/router/router-releases.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { Directory } from '../../shared/trust/directory.js';
import { createFailureCounts, MAX_TRIES } from './failure-counts.js';
import { judgeRelease, type ReleaseJudging, type ReleaseVerdict } from './judge-release.js';
import {
  composeBundle,
  federationFilesBy,
  federationFilesIn,
  filesIn,
  holdsRules,
  type ReleasedFiles,
  releasedFiles,
  withFederationFiles,
  writeCandidate,
} from './release-set.js';

/** Records what a router decided; `position` is that of the ledger's own subject before it decided. */
export type RecordAdoption = (part: AdoptionPart, position: number) => Promise<void>;

/** What `createJudgeNext` needs. */
export interface JudgeNextDeps {
  readonly store: Pick<RouterStore, 'releases'>;
  readonly judge: Pick<PolicyJudge, 'judge'>;
  /** The signed directory, whose keys verify releases. */
  readonly trusted: () => Directory;
  readonly record: RecordAdoption;
  /** A folder that holds what is being judged. */
  readonly candidate: string;
  /** `router-1` */
  readonly name: string;
  readonly now: () => Date;
  /** True for a demonstration, whose first policies have the rules of its members too; false by default. */
  readonly isDemo?: boolean;
}

/** What the next change is judged against. */
export interface JudgeNextParams {
  /** The hub's folder, whose files of the federation count until the ledger names policies. */
  readonly folder: string;
  readonly directory: DirectoryFacts;
  readonly adopted: AdoptedPolicies | undefined;
  /** The position of the ledger's own subject before any of this was read. */
  readonly position: number;
}

/** What was recorded; `passed` where policies were adopted. */
interface Recorded {
  readonly passed?: PassedFolder;
}

/**
 * Judges the next change of the policies and records the judgement: the oldest release of the federation, else a member that joined
 * or left, else the oldest release of those members whose judgement failed least often. The first policies of a hub have the files
 * of the federation in its folder, those of a demonstration also the rules of each member: its one folder is that of all of them.
 * Resolves with undefined when nothing has changed.
 */
export type JudgeNext = (params: JudgeNextParams) => Promise<Recorded | undefined>;

/**
 * Creates `JudgeNext`. It rejects with `policy-refused` for refused policies that no release changed: these are judged again once the
 * folder or the members change.
 */
export function createJudgeNext(deps: JudgeNextDeps): JudgeNext {
  const { store } = deps;
  const judgeUnreleased = createJudgeUnreleased(deps);
  const { failures, judge: judgeWaiting } = createJudgeWaiting(deps);
  return async (params) => {
    const { adopted, directory } = params;
    const released = releasedFiles(store);
    const compose = (base: PolicyBundle): PolicyBundle =>
      composeBundle(base, released, directory.organisations.keys());
    if (adopted === undefined || store.releases.bundle() === undefined)
      return judgeUnreleased({ ...params, released, bundle: compose(firstFiles(deps, params)) });
    const judged = { ...params, adopted, released };
    const waiting = store.releases.waiting();
    const first = waiting.find(({ org }) => org === LEDGER_OWNER);
    if (first !== undefined) return judgeWaiting(judged, first);
    const joined = compose(adopted.bundle);
    if (joined.digest !== adopted.bundle.digest) return judgeUnreleased({ ...judged, bundle: joined });
    // A member whose releases end the judging process after minutes delays those of the others by one try, not by three for each
    // release. A release of a member without facts waits for these.
    const [next] = waiting
      .filter(({ org }) => adopted.bundle.files.has(`${org}/${RULE_FILES[0]}`))
      .toSorted((one, other) => failures.of(one) - failures.of(other));
    return next && judgeWaiting(judged, next);
  };
}

/** Returns the files that the first policies are composed of. */
function firstFiles(
  { isDemo = false }: JudgeNextDeps,
  { folder, directory, adopted }: JudgeNextParams,
): PolicyBundle {
  if (!isDemo) return federationFilesIn(folder);
  if (adopted === undefined) return filesIn(folder, directory.organisations.keys());
  return withFederationFiles(adopted.bundle, federationFilesIn(folder));
}

interface GateParams extends Pick<JudgeNextParams, 'directory' | 'adopted'> {
  readonly bundle: PolicyBundle;
  readonly released: ReleasedFiles;
  readonly signed?: SignedApprovals;
}

async function passGate(
  { judge, candidate, now, trusted }: JudgeNextDeps,
  { directory, adopted, bundle, released, signed }: GateParams,
): Promise<JudgeVerdict> {
  writeCandidate(candidate, { federation: trusted().federation, bundle, released });
  const verdict = await judge.judge({
    folder: candidate,
    directory: membersByBundle(bundle, directory),
    today: now().toISOString().slice(0, 10),
    adopted: judgedAgainst(adopted),
    hasFacts: true,
    ...(signed === undefined ? {} : { signed }),
  });
  if (verdict.adopt && verdict.passed.bundle.digest !== bundle.digest)
    throw fail('internal', 'other policies were judged than those that were written');
  return verdict;
}

/** Judges policies that no release changed; refused ones are not judged again before something changes. */
function createJudgeUnreleased(deps: JudgeNextDeps) {
  const { record, name, now } = deps;
  let refused: { readonly inputs: string; readonly error: LiaisonError } | undefined;
  return async (params: JudgeNextParams & GateParams): Promise<Recorded> => {
    const { folder, directory, adopted, position, bundle } = params;
    const against = [bundle.digest, adopted?.bundle.digest, now().toISOString().slice(0, 10)];
    const inputs = JSON.stringify([stampOf(folder), factsText(directory), against]);
    if (refused?.inputs === inputs) throw refused.error;
    const verdict = await passGate(deps, params);
    if (!verdict.adopt) {
      refused = { inputs, error: refusedFolder(verdict.findings) };
      throw refused.error;
    }
    const part = { type: 'adoption', outcome: 'adopted', bundle: bundle.digest, release: null } as const;
    await record({ ...part, approvedBy: null, by: name, findings: [] }, position);
    return { passed: verdict.passed };
  };
}

/** True for an error with a code of the system or of the database: the disk of this router failed, and the release waits. */
function isOfSystem(thrown: unknown): boolean {
  return !(thrown instanceof LiaisonError) && typeof Object(thrown).code === 'string';
}

function createJudgeWaiting(deps: JudgeNextDeps) {
  const { store, trusted, record, name, now } = deps;
  const failures = createFailureCounts();
  const verdictOn = async (waiting: SubmittedRelease, params: JudgedParams): Promise<ReleaseVerdict> => {
    const current = store.releases.listInForce();
    const inForceOf = (org: string) => current.find((row) => row.org === org);
    const inForce = params.adopted.bundle;
    const members = [...(releasedFacts(inForce) ?? params.directory).organisations.keys()];
    const judging = { directory: trusted(), now: now(), inForceOf, inForce, members };
    try {
      const verdict = await judgeRelease(waiting, { ...judging, gate: gateFor(deps, params) });
      failures.clear(waiting);
      return verdict;
    } catch (thrown) {
      if (isOfSystem(thrown) || failures.add(waiting) < MAX_TRIES) throw thrown;
      const message = `it could not be judged: ${errorFrom(thrown).message}`;
      return { adopt: false, findings: [{ place: waiting.org, message }] };
    }
  };
  const judge = async (params: JudgedParams, waiting: SubmittedRelease): Promise<Recorded> => {
    const verdict = await verdictOn(waiting, params);
    const { org, digest, statement, version } = waiting;
    const release = { org: parseOrgId(org), digest, statement, version };
    const part = { type: 'adoption', release, by: name } as const;
    await record({ ...part, ...outcomeOf(verdict) }, params.position);
    return verdict.adopt ? { passed: verdict.passed } : {};
  };
  return { failures, judge };
}

function outcomeOf(verdict: ReleaseVerdict) {
  if (!verdict.adopt)
    return {
      outcome: 'refused',
      bundle: null,
      approvedBy: null,
      findings: recordableFindings(verdict.findings),
    } as const;
  const { passed, approvedBy } = verdict;
  return { outcome: 'adopted', bundle: passed.bundle.digest, approvedBy, findings: [] } as const;
}

/** Returns the gate for releases: the adopted policies with their files. */
function gateFor(deps: JudgeNextDeps, params: JudgedParams): ReleaseJudging['gate'] {
  const { adopted, directory } = params;
  return (releases, signed) => {
    const released = new Map([
      ...params.released,
      ...releases.map(({ org, files }) => [org, files] as const),
    ]);
    const federation = releases.find(({ org }) => org === LEDGER_OWNER);
    const base =
      federation === undefined
        ? adopted.bundle
        : withFederationFiles(adopted.bundle, federationFilesBy(federation.files));
    const bundle = composeBundle(base, released, directory.organisations.keys());
    // The directory by which a member was found may be newer than the one that the policies are loaded for.
    if (!releases.every((release) => holdsRules(bundle, release)))
      throw fail('not-ready', 'a member is not yet among those that the policies are loaded for');
    return passGate(deps, { ...params, bundle, released, signed });
  };
}

type JudgedParams = JudgeNextParams & {
  readonly adopted: AdoptedPolicies;
  readonly released: ReleasedFiles;
};
