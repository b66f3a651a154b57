import { fail, type LiaisonError } from '../shared/kernel/errors.js';

/** What the system says against writing a path, as the error to throw: `usage` with its code. */
export function unwritable(path: string, thrown: unknown): LiaisonError {
  const { code } = thrown as NodeJS.ErrnoException;
  return fail('usage', `\`${path}\` cannot be written${code === undefined ? '' : `: ${code}`}`);
}

/** Does what writes a path. Throws `usage` where the system does not let it. */
export function writing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}
