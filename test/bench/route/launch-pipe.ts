import { fork } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { Federation } from '../../../services/cli/up/federation.js';

/** Starts `bench pipe` as a separate process, like the router; resolves when it is ready to forward. */
export async function launchPipe(
  { home, run, orgs }: Federation,
  copies: number,
): Promise<{ readonly stop: () => Promise<void> }> {
  const words = ['bench', 'pipe', '--nats', run.nats, '--orgs', orgs.join(','), '--copies', String(copies)];
  const child = fork(join(projectRoot, 'dist/services/cli/main.js'), [...words, '--home', home.root], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    void exited.then(() => reject(new Error('the pipe ended')));
  });
  return {
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
