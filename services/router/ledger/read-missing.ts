import type { StoredMessage } from '../../shared/bus/direct-get.js';
import { isCode } from '../../shared/kernel/errors.js';
import type { StreamProgress } from './progress.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';

interface ReadMissingParams {
  /** The last sequence to read. */
  readonly seq: number;
  readonly signal: AbortSignal;
  /** Reads one message; undefined where a replica does not have it yet. */
  readonly read: (seq: number) => Promise<StoredMessage | undefined>;
  /** Handles the message and marks it as passed. */
  readonly take: (stored: StoredMessage) => Promise<void>;
}

/** After this long without a message from the consumer, missing messages are read from the stream. */
const CONSUMER_TIMEOUT_MS = 500;

/**
 * Resolves when everything up to `seq` has passed; reads missing messages from the stream by sequence. The broker redelivers
 * what it sent to a lost connection only after `ack_wait`, half a minute for a batch, which is too long to wait. Throws
 * `timed-out` when the signal aborts first, and whatever `read` and `take` throw.
 */
export async function readMissing(
  progress: StreamProgress,
  { seq, signal, read, take }: ReadMissingParams,
): Promise<void> {
  for (let head = progress.head(); !(await reached(progress, { seq, signal })); head = progress.head()) {
    // The head moved: the consumer delivers.
    if (progress.head() > head) continue;
    for (let next = head + 1; next <= seq; next = progress.head() + 1) {
      const stored = await read(next);
      if (stored === undefined) break;
      await take(stored);
    }
  }
}

async function reached(
  progress: StreamProgress,
  { seq, signal }: Pick<ReadMissingParams, 'seq' | 'signal'>,
): Promise<boolean> {
  try {
    await withDeadline({ signal, ms: CONSUMER_TIMEOUT_MS }, (soon) => progress.reach(seq, soon));
    return true;
  } catch (thrown) {
    if (signal.aborted || !isCode(thrown, 'timed-out')) throw thrown;
    return false;
  }
}
