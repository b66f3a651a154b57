import type { PubAck } from '@nats-io/jetstream';
import { fail } from '../kernel/errors.js';
import { pause } from '../kernel/pause.js';
import { busError, verdictOf } from './bus-error.js';
import type { Bus } from './connect.js';

interface Message {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** Ends the asking again: then the outcome is unknown and `timed-out` is thrown. */
  readonly signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;

/**
 * Stores one message a subject at a time: what was stored and not acknowledged yet is met again as `already`.
 * Never uses a message id: within its window it would swallow the resend that reconciliation depends on.
 */
export async function publishOnce(bus: Bus, message: Message): Promise<'stored' | 'already' | 'full'> {
  const answer = await store(bus, { ...message, expected: 0 });
  if (answer === 'conflict') return 'already';
  return answer === 'full' ? 'full' : 'stored';
}

/**
 * Compare-and-set on one subject: stores only if `expected` is the subject's last sequence. `stale` may also mean that
 * an earlier try of this very call was stored without its acknowledgement arriving: read back.
 */
export async function publishNext(
  bus: Bus,
  message: Message & { readonly expected: number },
): Promise<{ readonly seq: number } | 'stale' | 'full'> {
  const answer = await store(bus, message);
  if (answer === 'conflict') return 'stale';
  return answer === 'full' ? 'full' : { seq: answer.seq };
}

/** Stores without expectation, where the newest replaces (a directory, a checkpoint) or order is nobody's concern. */
export async function publishLatest(bus: Bus, message: Message): Promise<'stored' | 'full'> {
  const answer = await store(bus, message);
  if (answer === 'conflict') throw fail('internal', 'a publish without expectation met a conflict');
  return answer === 'full' ? 'full' : 'stored';
}

type Expecting = Message & { readonly expected?: number };

/** Asks again for as long as nobody knows; throws `timed-out`, `unreachable`, `forbidden`, `oversize`. */
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

function ask(bus: Bus, { subject, bytes, expected }: Expecting): Promise<PubAck> {
  return bus.js.publish(
    subject,
    bytes,
    expected === undefined ? {} : { expect: { lastSubjectSequence: expected } },
  );
}
