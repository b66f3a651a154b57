import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { type AdoptionPart, recordableFindings } from '../../shared/ledger/release/adoption-record.js';
import type { ReleaseFiles } from '../../shared/ledger/release/release-files.js';
import type { AdoptedPolicies } from '../../shared/policy/adopted/adopted-file.js';
import { judgedAgainst } from '../../shared/policy/adopted/adoption.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
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
import { judgeRelease } from './judge-release.js';
import {
  composeBundle,
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
 * Judges the next change of the policies and records what came of it: a member that joined or left, else the oldest release,
 * else the files of the federation. Resolves with undefined when nothing has changed.
 */
export type JudgeNext = (params: JudgeNextParams) => Promise<Recorded | undefined>;

/** Creates `JudgeNext`. It rejects with `policy-refused` for the files of the federation, which are judged again once they change. */
export function createJudgeNext(deps: JudgeNextDeps): JudgeNext {
  const { store } = deps;
  const [judgeFederation, judgeWaiting] = [createJudgeFederation(deps), createJudgeWaiting(deps)];
  return async (params) => {
    const { adopted, folder, directory } = params;
    const members = [...directory.organisations.keys()];
    const released = releasedFiles(store);
    if (adopted !== undefined) {
      const joined = composeBundle(federationFilesOf(adopted.bundle), released, members);
      if (joined.digest !== adopted.bundle.digest) return judgeFederation(params, joined);
      const waiting = store.releases.waiting().find(({ org }) => members.some((member) => member === org));
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

function createJudgeFederation(deps: JudgeNextDeps) {
  const { store, record, name, now } = deps;
  let refused: { readonly inputs: string; readonly error: LiaisonError } | undefined;
  return async (params: JudgeNextParams, bundle: PolicyBundle): Promise<Recorded> => {
    const { folder, directory, adopted, position } = params;
    const today = now().toISOString().slice(0, 10);
    const against = [bundle.digest, adopted?.bundle.digest, today];
    const inputs = JSON.stringify([stampOf(folder), factsText(directory), against]);
    if (refused?.inputs === inputs) throw refused.error;
    const verdict = await passGate(deps, { ...params, bundle, released: releasedFiles(store) });
    if (!verdict.adopt) {
      refused = { inputs, error: refusedFolder(verdict.findings) };
      throw refused.error;
    }
    const part = { type: 'adoption', outcome: 'adopted', bundle: bundle.digest, release: null } as const;
    await record({ ...part, by: name, findings: [] }, position);
    return { passed: verdict.passed };
  };
}

/** How often a release is judged that ends its judge without a verdict, before it is refused for that. */
const MAX_TRIES = 3;

function createJudgeWaiting(deps: JudgeNextDeps) {
  const { store, trusted, record, name, now } = deps;
  const tries = new Map<string, number>();
  const verdictOn = async (waiting: SubmittedRelease, params: JudgedParams): Promise<JudgeVerdict> => {
    const gate = gateFor(deps, params);
    const current = store.releases.inForce().find(({ org }) => org === waiting.org);
    try {
      return await judgeRelease(waiting, { directory: trusted(), now: now(), current, gate });
    } catch (thrown) {
      const count = (tries.get(waiting.statement) ?? 0) + 1;
      tries.set(waiting.statement, count);
      if (count < MAX_TRIES) throw thrown;
      const message = `it could not be judged: ${errorFrom(thrown).message}`;
      return { adopt: false, findings: [{ place: waiting.org, message }] };
    }
  };
  return async (params: JudgedParams, waiting: SubmittedRelease): Promise<Recorded> => {
    const verdict = await verdictOn(waiting, params);
    const { org, digest, statement, version } = waiting;
    const release = { org: parseOrgId(org), digest, statement, version };
    const part = { type: 'adoption', release, by: name } as const;
    const outcome = verdict.adopt
      ? ({ outcome: 'adopted', bundle: verdict.passed.bundle.digest, findings: [] } as const)
      : ({ outcome: 'refused', bundle: null, findings: recordableFindings(verdict.findings) } as const);
    await record({ ...part, ...outcome }, params.position);
    tries.delete(statement);
    return verdict.adopt ? { passed: verdict.passed } : {};
  };
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
