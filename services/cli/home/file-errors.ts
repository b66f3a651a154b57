import { fail, type LiaisonError } from '../../shared/kernel/errors.js';

/** Error codes of the operating system in plain words, for failures that the user can fix. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this user',
  ENAMETOOLONG: 'the name is too long',
  ENOTDIR: 'a file is where a folder is needed',
  EEXIST: 'it exists and is not a folder',
  EISDIR: 'a folder is where a file is needed',
  ELOOP: 'its symbolic links form a loop',
};

const FULL: readonly string[] = ['ENOSPC', 'EDQUOT'];

/** Describes a system error in words, or by its code where there are none; undefined for any other error. */
export function describeSystemError(thrown: unknown): string | undefined {
  const { code } = thrown as NodeJS.ErrnoException;
  return code === undefined ? undefined : (WORDS[code] ?? code);
}

/** Converts a system error on writing a path to a `usage` error that says why. */
export function writeFailure(path: string, thrown: unknown): LiaisonError {
  const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
  const words = isMissing ? 'its folder does not exist' : describeSystemError(thrown);
  return fail('usage', `\`${path}\` cannot be written${words === undefined ? '' : `: ${words}`}`);
}

/** Runs a function that writes a path. Throws `usage`, with the reason, where the system refuses. */
export function withWriteErrors<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    throw writeFailure(path, thrown);
  }
}

/**
 * Converts an unhandled system error that names its path to `usage`, and one about a full disk, which names none, to `full`;
 * returns every other error unchanged.
 */
export function fromSystemError(thrown: unknown): unknown {
  const { code = '', path } = Object(thrown) as NodeJS.ErrnoException;
  if (path === undefined && FULL.includes(code)) return fail('full', WORDS[code] ?? code);
  if (path === undefined || WORDS[code] === undefined) return thrown;
  return fail('usage', `\`${path}\` cannot be used: ${WORDS[code]}`);
}
