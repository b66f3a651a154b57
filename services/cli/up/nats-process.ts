import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer } from '../../shared/bus/find-nats-server.js';
import { type NatsServer, startNatsServer } from '../../shared/bus/nats-server.js';
import type { Home } from '../../shared/runtime/home.js';
import { projectRoot } from '../../shared/runtime/root.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import { fromSystemError } from '../home/file-errors.js';
import { openLog } from './fork-process.js';
import type { Launched } from './supervise.js';

/** Finds the nats-server to run, or downloads one; `say` receives a note about a download. */
export function findServer(env: NodeJS.ProcessEnv, say: (words: string) => void): Promise<string> {
  return findNatsServer({ env, cacheDir: join(projectRoot, '.cache'), say });
}

/** Starts the broker of a home, after ending a left-over one. */
export async function launchNats(home: Home, binary: string): Promise<Launched> {
  const log = openLog(home.log('nats'));
  const guard = startGuard();
  try {
    const server = await startNatsServer({
      binary,
      conf: home.nats('nats.conf'),
      key: readSecret(home.nats('js.key')),
      pidFile: home.nats('nats.pid'),
      log,
      detached: true,
      // The broker needs a third of a processor; with more, a notice costs 7 % more processor time (docs/adr/0015).
      processors: 1,
      onSpawned: guard.watch,
    });
    const { url, monitoring, pid } = server;
    const ready = Promise.resolve({ url, monitor: monitoring.url });
    return { pid, ready, exited: server.exited, kill: (signal) => server.kill(signal) };
  } catch (thrown) {
    guard.end();
    throw fromSystemError(thrown);
  } finally {
    closeSync(log);
  }
}

interface Guard {
  readonly watch: (server: Pick<NatsServer, 'pid' | 'exited'>) => void;
  readonly end: () => void;
}

/**
 * Starts a guard that ends the broker when this process is killed: a shell that waits for the end of a pipe held only by this
 * process. Forked services see the end of their IPC channel instead. The guard has the process id of the broker before the
 * broker runs.
 */
function startGuard(): Guard {
  const shell = spawn('/bin/sh', ['-c', 'read -r pid && { read -r end || kill "$pid"; }', 'liaison-guard'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  return {
    watch: ({ pid, exited }) => {
      shell.stdin.write(`${pid}\n`);
      // The line tells the guard that the broker has ended and must not be killed: its process id may by now
      // belong to another process.
      void exited.then(() => shell.stdin.end('over\n'));
    },
    end: () => shell.stdin.end(),
  };
}
