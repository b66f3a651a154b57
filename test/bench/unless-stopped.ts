import { fail } from '../../services/shared/kernel/errors.js';

/** Waits for work. Throws `busy` as soon as the call is stopped; the work then ends with the process. */
export async function unlessStopped<T>(work: Promise<T>, stopping: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  const stopped = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(fail('busy', 'the measurement was stopped'));
    if (stopping.aborted) giveUp();
    stopping.addEventListener('abort', giveUp);
  });
  return Promise.race([work, stopped]);
}
