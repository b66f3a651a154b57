import { errorFrom } from '../../shared/kernel/errors.js';

/** Returns what was proved, and undefined for what does not verify. Throws operational errors, which prove nothing. */
export async function provedOrUndefined<T>(prove: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await prove();
  } catch (thrown) {
    if (errorFrom(thrown).family === 'operational') throw thrown;
    return undefined;
  }
}
