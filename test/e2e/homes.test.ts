import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Home, homeAt } from '../../services/shared/runtime/home.js';
import { projectRoot } from '../../services/shared/runtime/root.js';

const MAIN = join(projectRoot, 'dist/services/cli/main.js');
const isRoot = process.getuid?.() === 0;
/** Ends a command that does not return; SIGKILL, as it might ignore SIGTERM. */
const IMPATIENT = { timeout: 90_000, killSignal: 'SIGKILL' } as const;
/** Another user, when the tests run as root, which may read and write everything. */
const OTHER = isRoot ? { uid: 65_534, gid: 65_534 } : {};

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(home: Home, words: readonly string[], user: object = {}): Promise<Ended> {
  const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
  const args = [MAIN, ...words, '--home', home.root];
  const child: ChildProcess = spawn(process.execPath, args, { ...user, env, cwd: '/', ...IMPATIENT });
  const text = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...text })));
}

const DRAFT = join(projectRoot, 'proto/examples/red.json');
/** Verbs that read the run file. */
const READING_VERBS = [
  ['status'],
  ['tail', '--for', '1s'],
  ['inbox', '--org', 'europol'],
  ['quarantine', 'list'],
  ['notice', 'submit', DRAFT, '--org', 'europol'],
  ['config', 'print'],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-homes-'));
  // The other user must reach what lies below.
  for (const path of [tmpdir(), folder]) chmodSync(path, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Matches one error line with this code and no stack trace. */
const line = (code: string): RegExp => new RegExp(`^error \\[${code}\\] [^\\n]*\\n$`);

describe('a home that this user may not read', () => {
  let home: Home;
  beforeAll(() => {
    home = homeAt(join(folder, 'closed'));
    mkdirSync(home.root);
    writeFileSync(home.run, '{}');
    chmodSync(home.root, isRoot ? 0o700 : 0);
  });
  afterAll(() => chmodSync(home.root, 0o700));

  test.each(READING_VERBS.map((words) => [words[0], words] as const))(
    'is reported on one line by `%s`',
    async (_, words) => {
      const { code, stderr } = await run(home, words, OTHER);
      expect(stderr).toMatch(line('forbidden'));
      expect(stderr).toContain(`\`${home.root}\` cannot be read by this user`);
      expect(code).toBe(2);
    },
  );

  test('is the only finding of `doctor`', async () => {
    const { code, stdout, stderr } = await run(home, ['doctor'], OTHER);
    expect(stdout.match(/✗/g), stdout).toHaveLength(1);
    expect(stdout).toMatch(/✗ home +`.*` cannot be read by this user.* \[forbidden\]\n +fix: ls -l /);
    expect([code, stderr]).toEqual([1, '']);
  });
});

test('a read-only folder is reported on one line by `init` and `up`, with or without an existing home', async () => {
  const closed = join(folder, 'read-only');
  mkdirSync(join(closed, 'empty'), { recursive: true });
  for (const path of [join(closed, 'empty'), closed]) chmodSync(path, 0o555);
  for (const root of [join(closed, 'new'), join(closed, 'empty')]) {
    for (const words of [['init', '--demo'], ['up']]) {
      const { code, stderr } = await run(homeAt(root), words, OTHER);
      expect(stderr).toMatch(line('usage'));
      expect(stderr).toMatch(/`\/.*` cannot be written: permission denied/);
      expect(code).toBe(2);
    }
  }
  for (const path of [closed, join(closed, 'empty')]) chmodSync(path, 0o755);
});

test('a path where no folder can be created is reported on one line, in words, without retrying forever', async () => {
  const link = join(folder, 'to-nothing');
  symlinkSync('/nowhere/home', link);
  for (const root of ['/proc/liaison', join(folder, 'n'.repeat(300)), link]) {
    for (const words of [['init', '--demo'], ['up'], ['provision']]) {
      const { code, stderr } = await run(homeAt(root), words);
      expect(stderr).toMatch(/^error \[(?:usage|unreachable)\] [^\n]*\n$/);
      expect(stderr).toContain(`\`${root}`);
      expect(stderr).not.toMatch(/\bE[A-Z]{4,}\b/);
      if (words[0] !== 'provision') expect(code).toBe(2);
    }
  }
}, 300_000);

test('a home that is a file, or below a file, is refused as not a folder by every verb', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const root of [file, join(file, 'home')]) {
    for (const words of [...READING_VERBS, ['doctor'], ['init', '--demo'], ['up']]) {
      const { code, stdout, stderr } = await run(homeAt(root), words);
      expect(stderr).toMatch(line('usage'));
      expect(stderr).toContain(`\`${root}\` is not a folder`);
      expect([code, stdout]).toEqual([2, '']);
    }
  }
});

describe('a damaged `run.json` is reported with the reason and what to do', () => {
  test.each([
    ['cut off', '{', '2:1: ends too early'],
    ['empty', '{}', "must have required property 'nats'"],
    ['of another shape', `{"pid":${process.pid},"nats":7}`, 'must have required property'],
  ])('%s', async (name, text, why) => {
    const home = homeAt(join(folder, name));
    mkdirSync(home.root);
    writeFileSync(home.run, `${text}\n`);
    for (const words of READING_VERBS) {
      const { code, stderr } = await run(home, words);
      expect(stderr).toMatch(line('config-invalid'));
      expect(stderr).toContain(`\`${home.run}\` is damaged: ${why}`);
      expect(stderr).toContain('start it again to write a new one');
      expect(code).toBe(2);
    }
    const { stdout } = await run(home, ['doctor']);
    expect(stdout).toContain(`✗ home         \`${home.run}\` is damaged: ${why}`);
  });
});
