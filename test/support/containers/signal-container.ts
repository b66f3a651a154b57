import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const docker = async (...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', words)).stdout.trim();

/** Sends signals to a container and waits for its end, neither of which testcontainers offers. */
export const signalContainer = {
  /** The signal has arrived when this returns; it has no effect on a container that has ended. */
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
