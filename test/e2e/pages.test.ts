import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { isShown, type Shown, stepsOf } from '../policies/readme.js';
import { typedLines } from '../support/documents/documented-commands.js';
import { startFederation, type TestFederation } from '../support/federation.js';
import { until } from '../support/until.js';

/** A folder with the paths of a clone; commands write into it. */
const folder = mkdtempSync(join(tmpdir(), 'pages-'));
let federation: TestFederation;

beforeAll(async () => {
  // Builds if needed, before the commands below.
  execFileSync(join(projectRoot, 'scripts/liaison'), ['--version'], { stdio: 'ignore' });
  mkdirSync(join(folder, 'scripts'));
  for (const path of ['scripts/liaison', 'proto', 'policies']) {
    symlinkSync(join(projectRoot, path), join(folder, path));
  }
  federation = await startFederation();
}, 300_000);
afterAll(async () => {
  await federation?.close();
  rmSync(folder, { recursive: true, force: true });
});

const read = (page: string): string => readFileSync(join(projectRoot, page), 'utf8');
const runsHere = (command: string): boolean => command.startsWith('scripts/liaison ');

interface Typed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line in a shell, with the home of the federation. */
function type(command: string): Promise<Typed> {
  const child = spawn('sh', ['-c', command], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', LIAISON_HOME: federation.home.root },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, ...text }));
  });
}

/** Commands that fail while a process takes more than 5 s to answer. */
const READS = /^scripts\/liaison (?:doctor|status)\b/;

/** Runs a line as `type` does; one of `READS` is typed again until it succeeds. */
function typeUntilWell(command: string): Promise<Typed> {
  return until(`\`${command}\` to succeed`, async () => {
    const typed = await type(command);
    return typed.code === 0 || !READS.test(command) ? typed : undefined;
  });
}

/** Replaces numbers and column widths, which differ in each run. */
const withoutFigures = (line: string): string =>
  line.replaceAll(/\d+/g, '0').replaceAll(/ +/g, ' ').trimEnd();

describe('README.md', () => {
  const shown = stepsOf(read('README.md')).filter(
    (step): step is { readonly type: 'run' } & Shown => step.type === 'run' && runsHere(step.command),
  );

  test('has an example for each reader', () => {
    expect(shown.length).toBeGreaterThanOrEqual(4);
  });

  test.each(shown.map(({ command, output }) => [command, output] as const))(
    '`%s` succeeds and prints what the page shows',
    async (command, output) => {
      const { code, stdout, stderr } = await typeUntilWell(command);
      expect(code, stderr).toBe(0);
      if (output.length === 0) return;
      const printed = stdout.split('\n').map(withoutFigures).join('\n');
      if (!isShown(output.map(withoutFigures), printed)) expect(stdout).toBe(output.join('\n'));
    },
  );
});

/** In this order: the page of keys ends by revoking one. */
const PAGES = ['docs/operate.md', 'docs/operate/keys.md'];

describe.each(PAGES)('%s', (page) => {
  const lines = typedLines(read(page)).filter(runsHere);

  test('has commands to type', () => {
    expect(lines.length).toBeGreaterThan(3);
  });

  test.each(lines)('`%s` succeeds on a running federation', async (line) => {
    const { code, stdout, stderr } = await typeUntilWell(line);
    expect(code, `${stdout}${stderr}`).toBe(0);
  });
});
