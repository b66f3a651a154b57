import { isCode } from '../shared/kernel/errors.js';

const MAX_ATTEMPTS = 5;

/**
 * Runs `work` again while it throws `busy`: another router recorded between decision and record, and its
 * record has been applied by the time `busy` is thrown. Throws the last `busy` after five attempts.
 */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isCode(error, 'busy') || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
