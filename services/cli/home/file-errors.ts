import { fail, type LiaisonError } from '../../shared/kernel/errors.js';

/** What the system says against a path, in words: what is wrong is outside of us, and somebody can mend it. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this user',
  ENAMETOOLONG: 'the name is too long',
  ENOTDIR: 'a file stands where a folder is needed',
  EEXIST: 'something stands there that is no folder',
  EISDIR: 'a folder stands where a file is needed',
  ELOOP: 'its links lead in a circle',
};

/** The words for a failure of the system; its code where there are none. */
export function describeSystemError(thrown: unknown): string | undefined {
  const { code } = thrown as NodeJS.ErrnoException;
  return code === undefined ? undefined : (WORDS[code] ?? code);
}

/** What the system says against writing a path, as the error to throw: `usage` with its words. */
export function writeFailure(path: string, thrown: unknown): LiaisonError {
  const isNowhere = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
  const words = isNowhere ? 'there is no folder that takes it' : describeSystemError(thrown);
  return fail('usage', `\`${path}\` cannot be written${words === undefined ? '' : `: ${words}`}`);
}

/** Does what writes a path. Throws `usage` where the system does not let it. */
export function withWriteErrors<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    throw writeFailure(path, thrown);
  }
}

/** A failure of the system that names its path, as `usage`; anything else as it is. For what no caller foresaw. */
export function fromSystemError(thrown: unknown): unknown {
  const { code = '', path } = Object(thrown) as NodeJS.ErrnoException;
  if (path === undefined || WORDS[code] === undefined) return thrown;
  return fail('usage', `\`${path}\` cannot be used: ${WORDS[code]}`);
}
