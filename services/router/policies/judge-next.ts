import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { type AdoptionPart, recordableFindings } from '../../shared/ledger/release/adoption-record.js';
import type { ReleaseFiles } from '../../shared/ledger/release/release-files.js';
import type { AdoptedPolicies } from '../../shared/policy/adopted/adopted-file.js';
import { judgedAgainst } from '../../shared/policy/adopted/adoption.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import {
  type JudgeFinding,
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
import { judgeRelease } from './judge-release.js';
import {
  composeBundle,
  FEDERATION,
  federationFilesIn,
  federationFilesOf,
  releasedFiles,
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
}

/** What the next change is judged against. */
export interface JudgeNextParams {
  /** The hub's folder, whose files of the federation count. */
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
 * Judges the next change of the policies and records what came of it: a member that joined or left, else the oldest release
 * among those of the members whose releases failed least often, else the files of the federation. Resolves with undefined when
 * nothing has changed.
 */
export type JudgeNext = (params: JudgeNextParams) => Promise<Recorded | undefined>;

/**
 * Creates `JudgeNext`. It rejects with `policy-refused` for the files of the federation, which are judged again once they change;
 * releases wait while files of the hub's folder do not pass with the adopted policies either.
 */
export function createJudgeNext(deps: JudgeNextDeps): JudgeNext {
  const { store } = deps;
  const gate = createFederationGate(deps);
  const judgeFederation = createJudgeFederation(deps, gate);
  const { failures, judge: judgeWaiting } = createJudgeWaiting(deps, gate);
  return async (params) => {
    const { adopted, folder, directory } = params;
    const members = [...directory.organisations.keys()];
    const released = releasedFiles(store);
    if (adopted !== undefined) {
      const joined = composeBundle(federationFilesOf(adopted.bundle), released, members);
      if (joined.digest !== adopted.bundle.digest) return judgeFederation(params, joined);
      // A member whose releases end the judging process after minutes delays those of the others by one try, and not by three for each.
      const [waiting] = store.releases
        .waiting()
        .filter(({ org }) => members.some((member) => member === org))
        .toSorted((one, other) => failures.of(one) - failures.of(other));
      if (waiting !== undefined) return judgeWaiting({ ...params, adopted }, waiting);
    }
    const next = composeBundle(federationFilesIn(folder), released, members);
    const isInForce = next.digest === adopted?.bundle.digest && store.releases.bundle() !== undefined;
    return isInForce ? undefined : judgeFederation(params, next);
  };
}

interface GateParams extends JudgeNextParams {
  readonly bundle: PolicyBundle;
  readonly released: ReadonlyMap<string, ReleaseFiles>;
  readonly signed?: SignedApprovals;
}

async function passGate(
  { judge, candidate, now }: JudgeNextDeps,
  { folder, directory, adopted, bundle, released, signed }: GateParams,
): Promise<JudgeVerdict> {
  writeCandidate(candidate, { folder, bundle, released });
  const verdict = await judge.judge({
    folder: candidate,
    directory,
    today: now().toISOString().slice(0, 10),
    adopted: judgedAgainst(adopted),
    ...(signed === undefined ? {} : { signed }),
  });
  if (verdict.adopt && verdict.passed.bundle.digest !== bundle.digest)
    throw fail('internal', 'other policies were judged than those that were written');
  return verdict;
}

/** Passes a bundle through the policy gate, with the files of the hub's folder that no bundle holds. Rejects with `policy-refused`. */
interface FederationGate {
  pass(params: JudgeNextParams, bundle: PolicyBundle): Promise<PassedFolder>;
  /** Throws what `pass` would reject with, if it is known without judging. */
  requireUnrefused(params: JudgeNextParams, bundle: PolicyBundle): void;
}

function createFederationGate(deps: JudgeNextDeps): FederationGate {
  const { store, now } = deps;
  let refused: { readonly inputs: string; readonly error: LiaisonError } | undefined;
  const inputsOf = ({ folder, directory, adopted }: JudgeNextParams, bundle: PolicyBundle): string => {
    const today = now().toISOString().slice(0, 10);
    const against = [bundle.digest, adopted?.bundle.digest, today];
    return JSON.stringify([stampOf(folder), factsText(directory), against]);
  };
  const requireUnrefused: FederationGate['requireUnrefused'] = (params, bundle) => {
    if (refused?.inputs === inputsOf(params, bundle)) throw refused.error;
  };
  return {
    requireUnrefused,
    pass: async (params, bundle) => {
      requireUnrefused(params, bundle);
      const inputs = inputsOf(params, bundle);
      const verdict = await passGate(deps, { ...params, bundle, released: releasedFiles(store) });
      if (verdict.adopt) return verdict.passed;
      refused = { inputs, error: refusedFolder(verdict.findings) };
      throw refused.error;
    },
  };
}

function createJudgeFederation({ record, name }: JudgeNextDeps, gate: FederationGate) {
  return async (params: JudgeNextParams, bundle: PolicyBundle): Promise<Recorded> => {
    const passed = await gate.pass(params, bundle);
    const part = { type: 'adoption', outcome: 'adopted', bundle: bundle.digest, release: null } as const;
    await record({ ...part, by: name, findings: [] }, params.position);
    return { passed };
  };
}

/** How often the judging process may end or fail without a verdict on a release, before the release is refused for that. */
const MAX_TRIES = 3;

/** Counts the failures on the present release of each member, until a verdict on it. */
function createFailureCounts() {
  const counts = new Map<string, { readonly statement: string; readonly count: number }>();
  return {
    of: ({ org }: SubmittedRelease): number => counts.get(org)?.count ?? 0,
    add: ({ org, statement }: SubmittedRelease): number => {
      const before = counts.get(org);
      const count = before?.statement === statement ? before.count + 1 : 1;
      counts.set(org, { statement, count });
      return count;
    },
    clear: ({ org }: SubmittedRelease): void => void counts.delete(org),
  };
}

function createJudgeWaiting(deps: JudgeNextDeps, federation: FederationGate) {
  const { store, trusted, record, name, now } = deps;
  const failures = createFailureCounts();
  const verdictOn = async (waiting: SubmittedRelease, params: JudgedParams): Promise<JudgeVerdict> => {
    const gate = gateFor(deps, params);
    const current = store.releases.inForce().find(({ org }) => org === waiting.org);
    try {
      const verdict = await judgeRelease(waiting, { directory: trusted(), now: now(), current, gate });
      failures.clear(waiting);
      return verdict;
    } catch (thrown) {
      // An error of the system comes from the disk of this router, and says nothing about the release, which waits.
      if (!(thrown instanceof LiaisonError)) throw thrown;
      if (failures.add(waiting) < MAX_TRIES) throw thrown;
      const message = `it could not be judged: ${thrown.message}`;
      return { adopt: false, findings: [{ place: waiting.org, message }] };
    }
  };
  const judge = async (params: JudgedParams, waiting: SubmittedRelease): Promise<Recorded> => {
    const { bundle } = params.adopted;
    federation.requireUnrefused(params, bundle);
    const verdict = await verdictOn(waiting, params);
    if (!verdict.adopt && verdict.findings.some((one) => isOfHub(one, bundle)))
      await federation.pass(params, bundle);
    const { org, digest, statement, version } = waiting;
    const release = { org: parseOrgId(org), digest, statement, version };
    const part = { type: 'adoption', release, by: name } as const;
    const outcome = verdict.adopt
      ? ({ outcome: 'adopted', bundle: verdict.passed.bundle.digest, findings: [] } as const)
      : ({ outcome: 'refused', bundle: null, findings: recordableFindings(verdict.findings) } as const);
    await record({ ...part, ...outcome }, params.position);
    return verdict.adopt ? { passed: verdict.passed } : {};
  };
  return { failures, judge };
}

/** True for a finding in a file of the federation that is judged as it is in the hub's folder: its facts and cases. */
function isOfHub({ place }: JudgeFinding, { files }: PolicyBundle): boolean {
  const [path = ''] = place.split(':', 1);
  return path.startsWith(FEDERATION) && !files.has(path);
}

/** Returns the gate for a release: the adopted policies with its files. */
function gateFor(deps: JudgeNextDeps, params: JudgedParams) {
  const { adopted, directory } = params;
  return (files: ReleaseFiles, signed: SignedApprovals): Promise<JudgeVerdict> => {
    const released = new Map([...releasedFiles(deps.store), [signed.org, files]]);
    const bundle = composeBundle(federationFilesOf(adopted.bundle), released, directory.organisations.keys());
    return passGate(deps, { ...params, bundle, released, signed });
  };
}

type JudgedParams = JudgeNextParams & { readonly adopted: AdoptedPolicies };
