import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Launched } from '../../../services/cli/up/supervise.js';
import { createProcessGroup } from '../../../services/cli/up/process-group.js';
import { homeAt } from '../../../services/shared/runtime/home.js';
import { until } from '../../support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function launch(): Promise<Launched> {
  const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
  return {
    pid: child.pid ?? 0,
    ready: Promise.resolve({}),
    exited: new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal))),
    kill: (signal) => void child.kill(signal),
  };
}

const RUN = { nats: '', monitor: '', auditor: '', router: '', gateways: {}, metrics: {}, processes: {} };

test('process group: a `run.json` that cannot be written is reported once, and written as soon as it can be', async () => {
  const home = homeAt(folder);
  const notes: string[] = [];
  const processGroup = createProcessGroup(home, {
    onEvent: () => {},
    say: (words) => void notes.push(words),
  });
  const child = processGroup.start('router', launch);
  await child.ready;
  try {
    processGroup.announce(RUN);
    const written = (): unknown => JSON.parse(readFileSync(home.run, 'utf8'));
    const first = child.pid();
    expect(written()).toMatchObject({ processes: { router: first } });
    // A folder in place of the file stops also a privileged user.
    mkdirSync(`${home.run}.new`);
    child.kill('SIGKILL');
    const second = await until('another run', () => (child.pid() === first ? undefined : child.pid()));
    await until('words', () => (notes.length === 0 ? undefined : notes));
    expect(written()).toMatchObject({ processes: { router: first } });
    rmdirSync(`${home.run}.new`);
    child.kill('SIGKILL');
    const third = await until('a third run', () => (child.pid() === second ? undefined : child.pid()));
    await expect.poll(written).toMatchObject({ processes: { router: third } });
    expect(notes).toEqual([
      `\`${home.run}\` cannot be written: a folder is where a file is needed: the federation continues without it`,
    ]);
  } finally {
    await processGroup.stop();
  }
});
