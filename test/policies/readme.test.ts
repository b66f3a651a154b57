import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERBS } from '../../services/cli/verb-table.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { isShown, type Step, stepsOf, written } from './readme.js';

const page = readFileSync(join(projectRoot, 'policies/README.md'), 'utf8');
const steps = stepsOf(page);
const nameOf = (step: Step): string => (step.type === 'run' ? step.command : `write into ${step.file}`);

/** A clone of the repository whose policies are a copy, so that the commands of the page may change them. */
const place = mkdtempSync(join(tmpdir(), 'readme-'));

beforeAll(() => {
  mkdirSync(join(place, 'scripts'));
  symlinkSync(join(projectRoot, 'scripts/liaison'), join(place, 'scripts/liaison'));
  symlinkSync(join(projectRoot, 'proto'), join(place, 'proto'));
  cpSync(join(projectRoot, 'policies'), join(place, 'policies'), { recursive: true });
  // The first call may build the project and print notes about it; they are not part of any output.
  execFileSync(join(projectRoot, 'scripts/liaison'), ['--version'], { stdio: 'ignore' });
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('policies/README.md: the commands of the page run in order', () => {
  test.each(steps.map((step) => [nameOf(step), step] as const))('%s', (_, step) => {
    if (step.type === 'write') {
      const file = join(place, step.file);
      const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
      expect(written(step, before)).not.toBe(before);
      writeFileSync(file, written(step, before));
      return;
    }
    const { stdout } = spawnSync('sh', ['-c', `exec 2>&1; ${step.command}`], {
      cwd: place,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    if (!isShown(step.output, stdout)) expect(stdout).toBe(step.output.join('\n'));
  });
});

test('policies/README.md: the page shows every verb of `policy`', () => {
  const verbs = VERBS.map(({ name }) => name).filter((name) => name.startsWith('policy '));
  // Those that need a running federation are not among the steps.
  expect(verbs.filter((name) => !page.includes(`liaison ${name} `))).toEqual([]);
});

describe('check of a page against output', () => {
  const printed = 'one\ntwo\nthree (3.1 s)\n';

  test('every line of the page was printed, in order', () => {
    expect(isShown(['one', 'two', 'three (3.1 s)'], printed)).toBe(true);
    expect(isShown(['one', 'two'], printed)).toBe(false);
    expect(isShown(['one', 'three (3.1 s)'], printed)).toBe(false);
    expect(isShown([], '')).toBe(true);
    expect(isShown([], printed)).toBe(false);
  });

  test('an `…` stands for left-out lines, or a part of a line', () => {
    expect(isShown(['…', 'two', '…'], printed)).toBe(true);
    expect(isShown(['one', 'two', 'three (… s)'], printed)).toBe(true);
    expect(isShown(['one', '…', 'four'], printed)).toBe(false);
  });

  test('a page is split into commands and texts for files', () => {
    const text = `write at the end of \`a/b.cedar\`:

\`\`\`cedar
x;
\`\`\`
and under \`notices:\` in \`c.yaml\`:
\`\`\`yaml
  y: 1
\`\`\`

\`\`\`
$ one
$ two
out

\`\`\`

\`\`\`cedar
no step
\`\`\`
`;
    expect(stepsOf(text)).toEqual([
      { type: 'write', file: 'a/b.cedar', text: 'x;\n', under: undefined },
      { type: 'write', file: 'c.yaml', text: '  y: 1\n', under: 'notices:' },
      { type: 'run', command: 'one', output: [] },
      { type: 'run', command: 'two', output: ['out'] },
    ]);
  });

  test('a text is put at the end of a file, or after the named line', () => {
    const at = { file: 'c.yaml', text: '  y: 1\n' };
    expect(written({ ...at, under: undefined }, 'a:\n')).toBe('a:\n\n  y: 1\n');
    expect(written({ ...at, under: 'a:' }, 'a:\nb:\n')).toBe('a:\n  y: 1\nb:\n');
  });
});
