import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshHome, leftRunning } from '../support/federation.js';
import { typeInto } from '../support/processes/terminal.js';

/** A row of the live table whose organisation has sent a notice. */
const COUNTING = /europol +[1-9]/;
/** Starts `up` as `npm start` does and forwards SIGINT 100 ms later, like npm on a slow machine. */
const SLOW_NPM = `node -e "
  const up = require('node:child_process').spawn('scripts/liaison', ['up'], { stdio: 'inherit' });
  process.on('SIGINT', () => setTimeout(() => up.kill('SIGINT'), 100));
  up.on('exit', (code) => process.exit(code ?? 99));"`;

/** Types a command, then Ctrl-C once notices are counted. */
async function expectSettled(line: string): Promise<void> {
  const home = freshHome();
  const env = { ...process.env, LIAISON_HOME: home.root, NO_COLOR: '1' };
  const { shown, code } = await typeInto(line, { env, enough: COUNTING });
  expect(shown).toMatch(/[1-9]\d* submitted, .*nothing missing, duplicated, unverified, leaked or overdue/);
  expect(code, shown).toBe(0);
  expect(existsSync(home.run)).toBe(false);
  expect(existsSync(join(home.root, 'up.lock'))).toBe(false);
  expect(leftRunning(home)).toEqual([]);
}

const SETTLES = 'settles the open notices, prints the summary, exits 0, and leaves no file or process';

test(`one Ctrl-C at npm start ${SETTLES}`, () => expectSettled('npm start'), 300_000);

test(`one Ctrl-C at a parent that forwards the signal 100 ms later ${SETTLES}`, { tags: ['long'] }, () =>
  expectSettled(SLOW_NPM),
);
