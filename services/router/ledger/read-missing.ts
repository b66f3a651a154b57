import type { Stored } from '../../shared/bus/direct-get.js';
import { isCode } from '../../shared/kernel/errors.js';
import type { StreamProgress } from './progress.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';

interface ReadMissingParams {
  /** Up to here. */
  readonly seq: number;
  readonly signal: AbortSignal;
  /** Undefined where a copy of the stream does not have it yet. */
  readonly read: (seq: number) => Promise<Stored | undefined>;
  /** Makes it pass. */
  readonly take: (stored: Stored) => Promise<void>;
}

/** So long a consumer may hand out nothing; then what it owes is read from its stream. */
const PATIENCE_MS = 500;

/**
 * Resolves when everything up to `seq` has passed. What the broker sent to a connection that was cut it sends again only
 * after its time, which for a batch is half a minute: nobody waits that long for what can be read. Throws `timed-out`
 * when the signal ends first, and what reading and taking throw.
 */
export async function readMissing(
  progress: StreamProgress,
  { seq, signal, read, take }: ReadMissingParams,
): Promise<void> {
  for (let head = progress.head(); !(await reached(progress, { seq, signal })); head = progress.head()) {
    // Where it moved, the consumer is at it.
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
    await withDeadline({ signal, ms: PATIENCE_MS }, (soon) => progress.reach(seq, soon));
    return true;
  } catch (thrown) {
    if (signal.aborted || !isCode(thrown, 'timed-out')) throw thrown;
    return false;
  }
}
