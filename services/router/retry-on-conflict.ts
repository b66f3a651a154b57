import { isCode } from '../shared/kernel/errors.js';

const BUSY_AGAIN = 5;

/** Somebody else recorded between deciding and recording: decide again, with what is known by then. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isCode(error, 'busy') || turn === BUSY_AGAIN) throw error;
    }
  }
}
