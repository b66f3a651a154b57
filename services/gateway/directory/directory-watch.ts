import { errorFrom, fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import { readRecord } from '../../shared/ledger/record.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { witnessPolicyDigest, witnessPolicyFrom } from '../../shared/tlog/member-witnesses.js';
import { isConsistent } from '../../shared/tlog/verify-proof.js';
import type { WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Directory } from '../../shared/trust/directory.js';
import { requireWitnessesApproved } from '../../shared/trust/directory/witness-list.js';
import { createBell } from '../bell.js';
import type { Identity } from '../identity.js';
import { createHubSilence } from '../inclusion/hub-silence.js';
import type { MissingAlarm } from '../inclusion/missing-alarm.js';
import { isMissing } from '../inclusion/missing-rule.js';
import { provedBy } from '../inclusion/prove-records.js';
import { createRecordWaits } from '../inclusion/record-waits.js';
import type { LoopStep } from '../loop.js';
import type { DirectoryAnswer, HubQuestions } from '../outbound/hub-questions.js';
import type { CosignedFile } from '../witness/cosigned-file.js';
import { openCounted } from '../witness/received-checkpoint.js';
import { directoryClaim } from './directory-claim.js';
import type { HeldDirectory, PendingDirectory } from './held-directory.js';
import { provingPolicy } from './proving-policy.js';

/** What the watch works with. */
export interface DirectoryWatchDeps {
  readonly identity: Identity;
  readonly directory: HeldDirectory;
  readonly store: Pick<GatewayStore, 'evidence' | 'commit'>;
  readonly cosigned: CosignedFile;
  readonly questions: Pick<HubQuestions, 'directory' | 'consistency'>;
  /** Who must cosign the log; undefined: the members, by the directory. */
  readonly witnessPolicy?: WitnessPolicy | undefined;
  /** As of `QuorumWatch`. */
  readonly witnessedMs: () => number;
  readonly missing: MissingAlarm;
  readonly alarms: Alarms;
  readonly onError: (error: LiaisonError) => void;
  /** How long the hub has for the proof before it owes it, in milliseconds. */
  readonly owedMs: number;
}

/** The first and the longest pause between two questions, as fractions of `owedMs`. */
const [FIRST_PART, LONGEST_PART] = [1 / 120, 1 / 6];

/**
 * Creates the step that has the hub prove that the newest version of the directory is on its log, and then lets what it adds
 * count. What the hub owes raises `record-missing` and is kept as a claim, until it is proved. Waits while nothing is pending.
 */
export function createDirectoryWatch(deps: DirectoryWatchDeps): LoopStep {
  const { identity, directory, missing, owedMs, witnessedMs } = deps;
  const bell = createBell();
  directory.follow(bell.ring);
  const [waits, silence] = [createRecordWaits(), createHubSilence()];
  let reported: string | undefined;
  let arrived = identity.clock();
  let since: string | undefined;
  const claimIfMissing = async (next: Directory, isAnswered: boolean, atMs: number): Promise<void> => {
    const judged = { isDenied: isAnswered, isSilent: silence.ms() >= owedMs, owedMs };
    if (reported === next.digest) return;
    if (!isMissing({ ...judged, waitedMs: waits.waited(next.digest, atMs) })) return;
    const claim = await directoryClaim(identity, next, arrived);
    await deps.store.commit(() => deps.store.evidence.keep(claim));
    reported = next.digest;
    missing.report('directory', true, [next.digest]);
  };
  return async (signal) => {
    const pending = directory.pending();
    if (pending?.next.digest !== since) {
      if (since !== undefined) waits.end(since);
      since = pending?.next.digest;
      arrived = identity.clock();
    }
    if (pending === undefined) missing.report('directory', false, []);
    if (pending === undefined || !(await areWitnessesApproved(deps, pending))) return bell.wait(signal);
    const atMs = witnessedMs();
    const proved = await ask(deps, pending, signal);
    if (signal.aborted) return;
    silence.asked(atMs, proved !== undefined);
    if (proved === true) return directory.prove(pending.next);
    await claimIfMissing(pending.next, proved !== undefined, atMs);
    await pause(pauseAfter(identity.clock().getTime() - arrived.getTime(), owedMs), signal);
  };
}

/**
 * Resolves to false, with an alarm, unless approvers of the version that was proved last approved the witnesses: a later version may list
 * approvers that no quorum has seen. A gateway that pins its witnesses does not go by those of the directory.
 */
async function areWitnessesApproved(
  { alarms, witnessPolicy }: Pick<DirectoryWatchDeps, 'alarms' | 'witnessPolicy'>,
  { held, next }: PendingDirectory,
): Promise<boolean> {
  if (witnessPolicy !== undefined) return true;
  try {
    await requireWitnessesApproved(held, next);
    return true;
  } catch (thrown) {
    alarms.raise('directory-refused', errorFrom(thrown));
    return false;
  }
}

const pauseAfter = (ageMs: number, owedMs: number): number =>
  Math.min(Math.max(ageMs / 4, owedMs * FIRST_PART), owedMs * LONGEST_PART);

/** Resolves to whether the hub proved the version; undefined if it did not answer, or if its answer does not verify. */
async function ask(
  deps: DirectoryWatchDeps,
  pending: PendingDirectory,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    return await isProved(deps, pending, signal);
  } catch (thrown) {
    if (!signal.aborted) deps.onError(errorFrom(thrown));
    return undefined;
  }
}

/** Throws for an answer that does not verify. */
async function isProved(
  deps: DirectoryWatchDeps,
  { held, next }: PendingDirectory,
  signal: AbortSignal,
): Promise<boolean> {
  const { identity, questions, witnessPolicy } = deps;
  const answer = await questions.directory(next.digest, { signal });
  if (answer === undefined) return false;
  const now = identity.clock();
  const record = await readRecord(answer.record, { directory: identity.directory.current(), now });
  if (record.type !== 'directory' || record.part.digest !== next.digest)
    throw fail('digest-mismatch', 'the record that the hub gave is not that of the directory');
  // A gateway that pins its witnesses goes by them alone, whatever the directory and the record say.
  if (witnessPolicy === undefined && record.part.policy !== witnessPolicyDigest(witnessPolicyFrom(next)))
    throw fail('digest-mismatch', 'the record names another witness policy than that of the directory');
  const policy = witnessPolicy ?? provingPolicy({ held, next }, now);
  const places = await provedBy(answer, [record.digest], { ...deps, policy });
  return places.size > 0 && (await isOfCosignedLog(deps, answer, policy));
}

/**
 * Resolves to true if the checkpoint of an answer and the one that this gateway cosigned last are of one history, to false if the
 * hub has no proof of that yet. Throws for a proof that does not verify.
 */
async function isOfCosignedLog(
  deps: DirectoryWatchDeps,
  answer: DirectoryAnswer,
  policy: WitnessPolicy,
): Promise<boolean> {
  const last = deps.cosigned.read();
  if (last === undefined || last.size === 0) return true;
  const head = await openCounted(answer, deps, policy);
  const [earlier, later] = last.size <= head.size ? [last, head] : [head, last];
  const sizes = { from: earlier.size, to: later.size };
  const proof = sizes.from === sizes.to ? [] : await deps.questions.consistency(sizes);
  if (proof === undefined) return false;
  if (isConsistent(earlier, later, proof)) return true;
  throw fail('log-forked', 'the record is on another history of the log than this gateway cosigned');
}
