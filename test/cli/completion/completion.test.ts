import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { VERBS } from '../../../services/cli/verb-table.js';
import { runLine } from '../policy/run-line.js';

let script = '';
beforeAll(async () => {
  script = (await runLine(['completion', 'bash'])).stdout;
});

/** Asks bash for the completions of the last word. */
function complete(...words: readonly string[]): readonly string[] {
  const line = ['liaison', ...words].map((word) => `'${word}'`).join(' ');
  const asked = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _liaison; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const text = execFileSync('bash', ['--norc', '-c', asked], { cwd: '/', encoding: 'utf8' });
  return text.split('\n').filter((word) => word !== '');
}

describe('bash completion', () => {
  test('offers every verb, group and built-in verb first', () => {
    const first = VERBS.map(({ name }) => name.split(' ')[0] ?? name);
    expect(complete('').toSorted()).toEqual(
      [...new Set([...first, 'completion', 'help', 'version'])].toSorted(),
    );
    expect(complete('no')).toEqual(['notice']);
  });

  test('offers the verbs of a group, also after `--home`', () => {
    expect(complete('token', '')).toEqual(['list', 'create', 'revoke']);
    expect(complete('--home', '/tmp', 'token', 'r')).toEqual(['revoke']);
    expect(complete('help', 'qua')).toEqual(['quarantine']);
  });

  test('offers the options of a verb, the shells of `completion`, and files elsewhere', () => {
    expect(complete('notice', 'submit', '--')).toEqual([
      '--org',
      '--key',
      '--break-glass',
      '--approver-key',
      '--wait',
      '--home',
      '--json',
      '--help',
    ]);
    expect(complete('notice', 'submit', 'draft.json', '--o')).toEqual(['--org']);
    expect(complete('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(complete('notice', 'submit', '/et')).toEqual(['/etc']);
    expect(complete('--home', '/et')).toEqual(['/etc']);
  });
});

test('the completions of zsh and fish name every verb and each of its options', async () => {
  for (const shell of ['zsh', 'fish']) {
    const { code, stdout } = await runLine(['completion', shell]);
    expect(code).toBe(0);
    for (const { name } of VERBS) expect(stdout).toContain(`'${name}'`);
    expect(stdout).toContain('--org --key --break-glass --approver-key --wait --home --json --help');
  }
});
