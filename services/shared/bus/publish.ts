import type { PubAck } from '@nats-io/jetstream';
import { fail } from '../kernel/errors.js';
import { pause } from '../kernel/pause.js';
import { busError, verdictOf } from './bus-error.js';
import type { Bus } from './connect.js';

interface Message {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** Ends the retries: the outcome is unknown then, and `timed-out` is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * What became of a message: `stored` in its stream now; a `duplicate`, because its subject holds a message already; not
 * stored, because the stream is `full`; or `unavailable`, because the stream did not confirm within the
 * caller's time limit. Without a time limit, `unavailable` is never returned; the message may have been
 * stored nevertheless.
 */
export type PublishOutcome = 'stored' | 'duplicate' | 'full' | 'unavailable';

/** True when the stream holds a message under this subject. */
export function isStored(outcome: PublishOutcome): boolean {
  return outcome === 'stored' || outcome === 'duplicate';
}

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;

interface OneMessage extends Message {
  /** Called with the message's sequence in its stream, if this call stored it. */
  readonly onStored?: ((seq: number) => void) | undefined;
}

/**
 * Stores a message unless its subject holds one already. Never uses a message id: within its window it would swallow the
 * resend that reconciliation depends on. Throws `timed-out`, `unreachable`, `forbidden`, `oversize`.
 */
export async function publishOnce(
  bus: Bus,
  { onStored, ...message }: OneMessage,
): Promise<Exclude<PublishOutcome, 'unavailable'>> {
  const answer = await store(bus, { ...message, expected: 0 });
  if (answer === 'conflict') return 'duplicate';
  if (answer === 'full') return 'full';
  onStored?.(answer.seq);
  return 'stored';
}

/**
 * Compare-and-set on one subject: stores only if `expected` is the subject's last sequence. `stale` may also mean that
 * an earlier try of the same call was stored without its acknowledgement arriving: the caller reads back. Throws as
 * `publishOnce`.
 */
export async function publishNext(
  bus: Bus,
  message: Message & { readonly expected: number },
): Promise<{ readonly seq: number } | 'stale' | 'full'> {
  const answer = await store(bus, message);
  if (answer === 'conflict') return 'stale';
  return answer === 'full' ? 'full' : { seq: answer.seq };
}

/**
 * Stores unconditionally, where the newest replaces the rest (a directory, a checkpoint) or order does not matter.
 * Throws as `publishOnce`.
 */
export async function publishLatest(
  bus: Bus,
  message: Message,
): Promise<Extract<PublishOutcome, 'stored' | 'full'>> {
  const answer = await store(bus, message);
  if (answer === 'conflict') throw fail('internal', 'a publish without expectation met a conflict');
  return answer === 'full' ? 'full' : 'stored';
}

type Expecting = Message & { readonly expected?: number };

/** Retries while the outcome is unknown. Throws `timed-out`, `unreachable`, `forbidden`, `oversize`. */
async function store(bus: Bus, message: Expecting): Promise<PubAck | 'conflict' | 'full'> {
  for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(ms * 2, MAX_PAUSE_MS)) {
    if (message.signal?.aborted) throw fail('timed-out', 'the broker did not confirm in time');
    try {
      return await ask(bus, message);
    } catch (error) {
      const verdict = verdictOf(error);
      if (verdict === 'conflict' || verdict === 'full') return verdict;
      if (verdict === 'fatal' || bus.nc.isClosed()) throw busError(error);
    }
    await pause(ms, message.signal);
  }
}

async function ask(bus: Bus, { subject, bytes, expected }: Expecting): Promise<PubAck> {
  await bus.flushed?.();
  return bus.js.publish(
    subject,
    bytes,
    expected === undefined ? {} : { expect: { lastSubjectSequence: expected } },
  );
}
