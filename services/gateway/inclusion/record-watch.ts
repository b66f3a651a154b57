import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { KeptEvidence } from '../../shared/store/gateway/answers/kept-evidence.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { UnprovedRecord } from '../../shared/store/gateway/log/log-proofs.js';
import { isServed } from '../../shared/wire/served-questions.js';
import type { Bell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { LoopStep } from '../loop.js';
import { owedEvidence, statementOf } from './kept-claim.js';
import { createHubSilence } from './hub-silence.js';
import type { MissingAlarm } from './missing-alarm.js';
import { isMissing, type MissingParams } from './missing-rule.js';
import { type InclusionQuestion, type InclusionResult, MAX_ASKED } from './prove-records.js';
import { firstPause, leastPause, longestPause, nextQuestion } from './question-times.js';
import { createRecordWaits, type RecordWaits } from './record-waits.js';

/** What the watch works with. */
export interface RecordWatchDeps {
  readonly identity: Identity;
  readonly store: Pick<GatewayStore, 'settlement' | 'evidence' | 'logProofs' | 'commit'>;
  readonly question: InclusionQuestion;
  /** As of `QuorumWatch`. */
  readonly witnessedMs: () => number;
  /** When the order that began the present life of the log was given, in milliseconds; undefined in the first life. */
  readonly begunAt: () => number | undefined;
  readonly missing: MissingAlarm;
  /** Rung when records arrived. */
  readonly bell: Bell;
  readonly onError: (error: LiaisonError) => void;
  /** How long a record is waited for until the hub owes its inclusion, in milliseconds. */
  readonly owedMs: number;
}

const LONGEST_WAIT_MS = 600_000;
const LONGEST_BACKOFF_MS = 60_000;

/**
 * Creates the step that has the hub prove that the records of own frames and behind deliveries are on its log: up to 64 in one
 * question, and again after a growing pause. What the hub owes is kept as evidence and raises `record-missing`, until it is
 * proved, or a later life of the log begins: a record that was never proved and arrived before its order is called lost, by the
 * word of that order. Does nothing while every record is proved.
 */
export function createRecordWatch(deps: RecordWatchDeps): LoopStep {
  const { identity, store, question, bell, owedMs } = deps;
  const [silence, waits] = [createHubSilence(), createRecordWaits()];
  const report = (fresh: readonly string[]): void =>
    deps.missing.report('records', store.logProofs.hasMissing(), fresh);
  const firstMs = firstPause(owedMs);
  let backoffMs = 0;
  return async (signal) => {
    report([]);
    const next = store.logProofs.nextDue(latestDue(deps));
    const waitMs = next === undefined ? LONGEST_WAIT_MS : next + firstMs - identity.clock().getTime();
    if (waitMs > 0) {
      await bell.wait(signal, next === undefined ? undefined : Math.min(waitMs, LONGEST_WAIT_MS));
      return;
    }
    // A hub of an earlier version owes no answer: the signed directory says what it serves.
    const isOwed = isServed('inclusion', identity.directory.current().hub.serves);
    await (isOwed ? question.rested(signal) : pause(LONGEST_WAIT_MS, signal));
    if (signal.aborted || !isOwed) return;
    const records = dueRecords(deps);
    const witnessedMs = deps.witnessedMs();
    const result = await ask(deps, records, signal);
    if (signal.aborted) return;
    const isAnswered = result !== undefined;
    silence.asked(witnessedMs, isAnswered);
    const unproved = records.filter(({ digest }) => result?.proved.has(digest) !== true);
    for (const digest of result?.proved.keys() ?? []) waits.end(digest);
    const judging = { waits, witnessedMs, isDenied: isAnswered, isSilent: silence.ms() >= owedMs, owedMs };
    report(await keepMissing(deps, unproved, judging));
    backoffMs = isAnswered ? 0 : Math.min(Math.max(backoffMs * 2, leastPause(owedMs)), LONGEST_BACKOFF_MS);
    if (isAnswered) await postpone(deps, unproved);
    await pause(backoffMs, signal);
  };
}

function dueRecords(deps: RecordWatchDeps): readonly UnprovedRecord[] {
  const { identity, store, owedMs } = deps;
  const now = identity.clock().getTime() - firstPause(owedMs);
  return store.logProofs.due({ now, latest: latestDue(deps) }, MAX_ASKED);
}

/** Returns the latest time for which a clock that was not set back can have put off a question. */
function latestDue({ identity, owedMs }: RecordWatchDeps): number {
  return identity.clock().getTime() + longestPause(owedMs);
}

/** Resolves to undefined if the hub did not answer, or if its answer does not verify. */
async function ask(
  { question, onError }: RecordWatchDeps,
  records: readonly UnprovedRecord[],
  signal: AbortSignal,
): Promise<InclusionResult | undefined> {
  try {
    return await question.ask(
      records.map(({ digest }) => digest),
      { signal },
    );
  } catch (thrown) {
    if (signal.aborted) return undefined;
    onError(errorFrom(thrown));
    return undefined;
  }
}

interface Judging extends Omit<MissingParams, 'waitedMs'> {
  readonly waits: RecordWaits;
  /** Before the question. */
  readonly witnessedMs: number;
}

/**
 * Keeps a claim about each record that is missing now and was not before; resolves to the digests of those that cannot be
 * lost with an earlier life of the log.
 */
async function keepMissing(
  { identity, store, begunAt }: RecordWatchDeps,
  unproved: readonly UnprovedRecord[],
  { waits, witnessedMs, ...judging }: Judging,
): Promise<readonly string[]> {
  const claims: {
    readonly digest: string;
    readonly isLost: boolean;
    readonly evidence: KeptEvidence;
  }[] = [];
  const begun = begunAt();
  for (const record of unproved) {
    const isLost = begun !== undefined && record.at < begun;
    if (record.missing === 1 && isLost && judging.isDenied)
      await store.commit(() => void store.logProofs.mark(record.digest, 'lost'));
    if (record.missing > 0) continue;
    if (!isMissing({ ...judging, waitedMs: waits.waited(record.digest, witnessedMs) })) continue;
    const signed = statementOf(store, record);
    if (signed === undefined) continue;
    claims.push({ digest: record.digest, isLost, evidence: await owedEvidence(identity, record, signed) });
  }
  if (claims.length === 0) return [];
  const kept = await store.commit(() => {
    const fresh = claims.filter(({ digest, isLost }) =>
      store.logProofs.mark(digest, isLost ? 'lost' : 'missing'),
    );
    for (const { evidence } of fresh) store.evidence.keep(evidence);
    return fresh;
  });
  for (const { digest } of claims) waits.end(digest);
  return kept.flatMap(({ digest, isLost }) => (isLost ? [] : [digest]));
}

/** Sets when the records are asked about next. */
async function postpone(
  { identity, store, owedMs }: RecordWatchDeps,
  records: readonly UnprovedRecord[],
): Promise<void> {
  const now = identity.clock().getTime();
  await store.commit(() => {
    for (const { digest, at } of records) store.logProofs.postpone(digest, nextQuestion({ at, now, owedMs }));
  });
}
