import { setTimeout as delay } from 'node:timers/promises';
import { isCode } from '../../shared/kernel/errors.js';

const RETRY_INTERVAL_MS = 500;
const RETRY_TIMEOUT_MS = 60_000;

/**
 * Repeats idempotent work while it throws `unreachable` or `timed-out`, for up to a minute, as processes on a busy machine
 * start slowly. Throws its last error after that, when `stopping` aborts, and every other error at once.
 */
export async function retryWhileUnreachable<T>(work: () => Promise<T>, stopping: AbortSignal): Promise<T> {
  for (const end = Date.now() + RETRY_TIMEOUT_MS; ; ) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end || stopping.aborted || !isCode(error, 'unreachable', 'timed-out')) throw error;
    }
    await delay(RETRY_INTERVAL_MS);
  }
}
