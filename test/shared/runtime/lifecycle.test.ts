import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Forks a process whose start never finishes, as when its broker is missing. */
async function starting(): Promise<{ readonly child: ChildProcess; readonly ended: Promise<number | null> }> {
  const path = join(folder, 'starting.mjs');
  const runtime = join(projectRoot, 'dist/services/shared/runtime');
  writeFileSync(
    path,
    `import { createLogger } from '${runtime}/logger.js';
import { runProcess } from '${runtime}/lifecycle.js';
setInterval(() => undefined, 1000);
await runProcess(createLogger('test'), () => (process.send('starting'), new Promise(() => undefined)));
`,
  );
  const child = fork(path, { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.once('message', resolve));
  return { child, ended };
}

test('runProcess: a process whose parent ends during the start exits with 1', async () => {
  const { child, ended } = await starting();
  child.disconnect();
  expect(await ended).toBe(1);
});
