import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { openOpeningMarks } from '../../../services/shared/store/opening-marks.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-marks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SLOTS = 4;
const MODULE = pathToFileURL(join(projectRoot, 'dist/services/shared/store/opening-marks.js')).href;

/** Marks these messages in a process, takes the first mark off, and kills the process. */
async function dieOpening(path: string, seqs: readonly number[]): Promise<void> {
  const program = join(folder, 'dies.mjs');
  writeFileSync(
    program,
    `import { openOpeningMarks } from ${JSON.stringify(MODULE)};
     const marks = openOpeningMarks(${JSON.stringify(path)}, ${SLOTS});
     const [end] = ${JSON.stringify(seqs)}.map((seq) => marks.begin(seq));
     end();
     process.send('marked');
     setInterval(() => {}, 1_000);`,
  );
  const child = fork(program);
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('the marks of the messages that a process is opening', () => {
  test('are known to the next process after a SIGKILL, without those that were taken off, and to no process after that', async () => {
    const path = join(folder, 'killed');
    await dieOpening(path, [7, 8, 2 ** 40]);
    const marks = openOpeningMarks(path, SLOTS);
    expect([7, 8, 2 ** 40, 9, 0].map(marks.wasOpening)).toEqual([false, true, true, false, false]);
    marks.clear(8);
    expect(marks.wasOpening(8)).toBe(false);
    marks.close();
    const next = openOpeningMarks(path, SLOTS);
    expect(next.wasOpening(2 ** 40)).toBe(false);
    next.close();
  });

  test('take the same room however many messages are opened, and are for the owner of the process alone', () => {
    const path = join(folder, 'many');
    const marks = openOpeningMarks(path, SLOTS);
    for (let seq = 1; seq <= 100; seq += 1) {
      const ends = Array.from({ length: SLOTS }, (_, at) => marks.begin(seq + at));
      expect(() => marks.begin(seq)).toThrow(RangeError);
      for (const end of ends) end();
    }
    marks.close();
    expect(readFileSync(path)).toEqual(Buffer.alloc(SLOTS * 8));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['empty', ''],
    ['cut short', 'abc'],
    ['longer than any', 'x'.repeat(1_000)],
  ])('are known to the next process if the file was %s before', (name, text) => {
    const path = join(folder, name.replaceAll(' ', '-'));
    writeFileSync(path, text);
    const marks = openOpeningMarks(path, SLOTS);
    marks.begin(3);
    marks.close();
    const next = openOpeningMarks(path, SLOTS);
    expect(next.wasOpening(3)).toBe(true);
    next.close();
  });
});
