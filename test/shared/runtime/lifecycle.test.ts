import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Forked {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

/** The source of a start that never finishes, as when the broker is missing. */
const NEVER = "(process.send('starting'), new Promise(() => undefined))";
/** The source of a start whose process never stops by itself. */
const NEVER_STOPS = 'Promise.resolve({ ready: {}, stop: () => new Promise(() => undefined) })';
/** The source of a start whose process sends itself the first signal again as soon as it stops, which takes a second. */
const COPIES_SIGNAL =
  "Promise.resolve({ ready: {}, stop: () => (process.kill(process.pid, 'SIGINT'), new Promise((resolve) => setTimeout(resolve, 1000))) })";

/** Forks a process with the source of its start; resolves at its first message. */
async function forkWith(start: string): Promise<Forked> {
  const path = join(folder, `${start.length}.mjs`);
  const runtime = join(projectRoot, 'dist/services/shared/runtime');
  writeFileSync(
    path,
    `import { createLogger } from '${runtime}/logger.js';
import { runProcess } from '${runtime}/lifecycle.js';
setInterval(() => undefined, 1000);
await runProcess(createLogger('test'), () => ${start});
`,
  );
  const child = fork(path, { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.once('message', resolve));
  return { child, ended };
}

test('runProcess: a process whose parent ends during the start exits with 1', async () => {
  const { child, ended } = await forkWith(NEVER);
  child.disconnect();
  expect(await ended).toBe(1);
});

test('runProcess: a copy of the first signal is ignored, and the process stops cleanly with 0', async () => {
  const { child, ended } = await forkWith(COPIES_SIGNAL);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('runProcess: a second signal half a second later exits at once with 1', async () => {
  const { child, ended } = await forkWith(NEVER_STOPS);
  child.kill('SIGINT');
  // The process takes a signal within half a second of the first as its copy: signals follow until one comes later.
  const again = setInterval(() => child.kill('SIGINT'), 700);
  expect(await ended).toBe(1);
  clearInterval(again);
});
