import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createLogLines } from '../../../services/shared/runtime/log-lines.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Forks a process that logs before it serves and at each message. */
function serving(stderr: number): ChildProcess {
  const path = join(folder, 'serving.mjs');
  const runtime = join(projectRoot, 'dist/services/shared/runtime');
  writeFileSync(
    path,
    `import { createLogger } from '${runtime}/logger.js';
import { runProcess } from '${runtime}/lifecycle.js';
const log = createLogger('test');
process.on('message', () => (log.info('asked'), process.send({ type: 'answer' })));
await runProcess(log, async () => (log.info('starting'), { ready: {}, stop: async () => undefined }));
`,
  );
  return fork(path, { stdio: ['ignore', 'ignore', stderr, 'ipc'] });
}

const heard = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => {
    child.once('message', resolve);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });

test('log: a process whose log is on a full disk serves, and stops at SIGTERM', async () => {
  const full = openSync('/dev/full', 'w');
  const child = serving(full);
  onTestFinished(() => void child.kill('SIGKILL'));
  closeSync(full);
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  expect(await heard(child)).toEqual({ type: 'ready' });
  child.send('question');
  expect(await heard(child)).toEqual({ type: 'answer' });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('log: lines that could not be written are counted in one warning once there is room again', () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const read = (): string => {
    const buffer = Buffer.alloc(1 << 20);
    return buffer.subarray(0, readSync(fd, buffer)).toString();
  };
  const lines = createLogLines('test', fd);
  const long = `{"msg":"${'x'.repeat(10_000)}"}\n`;
  for (let count = 0; count < 10; count += 1) lines.write(long);
  const kept = read().split('\n');
  const whole = kept.filter((line) => `${line}\n` === long).length;
  lines.write('{"msg":"after"}\n');
  const after = read()
    .split('\n')
    .filter((line) => line !== '');
  closeSync(fd);
  expect(whole).toBeLessThan(10);
  expect(after.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: 40, name: 'test', lost: 10 - whole }),
    { msg: 'after' },
  ]);
});
