import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../../services/shared/kernel/errors.js';

interface Starting {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The file that receives its output. */
  readonly log: string;
  /** Its port on the loopback interface; the server is ready when it accepts connections there. */
  readonly port: number;
}

/** A server that a bench started and that ends with the bench. */
export interface Daemon {
  readonly pid: number;
  /** Kills the server and all its child processes; its data is discarded. */
  readonly stop: () => Promise<void>;
}

const READY_MS = 60_000;
const LOOK_MS = 50;

/**
 * Starts a server in its own process group. Throws `unreachable` with its last log line if it never becomes
 * ready.
 */
export async function startDaemon({ program, args, env, log, port }: Starting): Promise<Daemon> {
  const file = openSync(log, 'a', 0o600);
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', file, file],
    env: { PATH: process.env['PATH'], ...env },
  });
  closeSync(file);
  let over = false;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  }).then(() => {
    over = true;
  });
  const { pid } = child;
  if (pid === undefined) throw fail('unreachable', `\`${program}\` could not be started`);
  const kill = (): void => {
    if (!over) process.kill(-pid, 'SIGKILL');
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await exited;
  };
  for (let waited = 0; !(await answers(port)); waited += LOOK_MS) {
    if (over || waited > READY_MS) {
      await stop();
      throw fail('unreachable', `\`${program}\` does not serve: ${lastLine(log)}`);
    }
    await delay(LOOK_MS);
  }
  return { pid, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function lastLine(log: string): string {
  return readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '';
}
