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
/** The source of a start whose process takes a second to stop. */
const SLOW_TO_STOP =
  'Promise.resolve({ ready: {}, stop: () => new Promise((resolve) => setTimeout(resolve, 1000)) })';

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
  const { child, ended } = await forkWith(SLOW_TO_STOP);
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGINT'), 200);
  expect(await ended).toBe(0);
});

test('runProcess: a second signal half a second later exits at once with 1', async () => {
  const { child, ended } = await forkWith(SLOW_TO_STOP);
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGINT'), 700);
  expect(await ended).toBe(1);
});
