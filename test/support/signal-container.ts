import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const docker = async (...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', words)).stdout.trim();

/** What testcontainers does not: signals, and the end of a container that ended by itself or by one. */
export const signalContainer = {
  /** Has arrived when this returns, as with a process. One that has ended already hears nothing. */
  kill: (id: string, signal: NodeJS.Signals): void => {
    try {
      execFileSync('docker', ['kill', '--signal', signal, id], { stdio: 'ignore' });
    } catch {
      // Ended.
    }
  },
  wait: async (id: string): Promise<number> => Number(await docker('wait', id)),
  remove: (id: string): Promise<string> => docker('rm', '--force', id),
};
