import { setTimeout as delay } from 'node:timers/promises';
import { isCode } from '../../shared/kernel/errors.js';

const PAUSE_MS = 500;
const PATIENCE_MS = 60_000;

/** Repeats what is harmless to repeat while nobody answers in time: a busy machine is slow, not wrong. */
export async function retryWhileUnreachable<T>(work: () => Promise<T>, stopping: AbortSignal): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end || stopping.aborted || !isCode(error, 'unreachable', 'timed-out')) throw error;
    }
    await delay(PAUSE_MS);
  }
}
