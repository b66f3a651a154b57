import { execFileSync } from 'node:child_process';

/**
 * Returns the function that limits the size of the files which this process writes, in bytes, as a full disk does. Skips the test
 * where `prlimit` (util-linux) is not installed.
 */
export function fileSizeLimit(skip: (note: string) => never): (bytes: number | 'unlimited') => void {
  const limit = (bytes: number | 'unlimited'): void => {
    execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);
  };
  try {
    limit('unlimited');
  } catch {
    skip('prlimit (util-linux) is not installed');
  }
  return limit;
}
