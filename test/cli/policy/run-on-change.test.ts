import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EXIT, type ExitCode } from '../../../services/cli/terminal/exit-codes.js';
import { createOutput, type Output } from '../../../services/cli/terminal/output.js';
import { runOnChange } from '../../../services/cli/policy/run-on-change.js';
import { pause } from '../../../services/shared/kernel/pause.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { watchFolders } from '../../../services/shared/policy/load/watch-folders.js';
import { until } from '../../support/until.js';

function watched(): { folder: string; output: Output; notes: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'watched-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { stdout, stderr } = process;
  const notes: string[] = [];
  const output = createOutput({ stdout, stderr, env: {}, json: true });
  return { folder, notes, output: { ...output, note: (text) => void notes.push(text) } };
}

test('runOnChange: runs again after every change, also after a failed run, until it is stopped', async () => {
  const { folder, output, notes } = watched();
  const stopping = new AbortController();
  let runs = 0;
  const run = () => {
    runs += 1;
    if (runs === 2) throw fail('policy-invalid', 'broken for a moment');
    return EXIT.yes;
  };
  const ended = runOnChange(run, { folder, report: undefined, output, stopping: stopping.signal });
  await until('the first run', () => runs === 1);
  for (const expected of [2, 3]) {
    writeFileSync(join(folder, 'rules.cedar'), `// ${expected}`);
    await until('another run', () => runs >= expected);
  }
  expect(notes.join()).toContain('policy-invalid');
  stopping.abort('SIGINT');
  expect(await ended).toBe(EXIT.interrupted);
});

test('runOnChange: changes during a run are followed by one further run, not by runs beside it', async () => {
  const { folder, output } = watched();
  const stopping = new AbortController();
  const finish: (() => void)[] = [];
  const run = () => new Promise<ExitCode>((resolve) => finish.push(() => resolve(EXIT.yes)));
  let changes = 0;
  onTestFinished(watchFolders(folder, () => (changes += 1)));
  const ended = runOnChange(run, { folder, report: undefined, output, stopping: stopping.signal });
  await until('the first run', () => finish.length === 1);
  for (const number of [1, 2]) {
    const before = changes;
    writeFileSync(join(folder, 'rules.cedar'), `// ${'x'.repeat(number)}`);
    await until('a watch to see the change', () => changes > before);
    // Longer than two polls of the watched folder.
    await pause(2_500);
  }
  expect(finish).toHaveLength(1);
  finish[0]?.();
  await until('another run', () => finish.length === 2);
  finish[1]?.();
  await pause(1_500);
  expect(finish).toHaveLength(2);
  stopping.abort('SIGINT');
  expect(await ended).toBe(EXIT.interrupted);
});

test('runOnChange: refuses a report inside the watched folder, which would start runs without end', async () => {
  const { folder, output } = watched();
  const report = join(folder, 'out.sarif');
  const { signal } = new AbortController();
  await expect(
    runOnChange(() => EXIT.yes, { folder, report, output, stopping: signal }),
  ).rejects.toMatchObject({
    code: 'usage',
  });
});
