import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { runLine } from './run-line.js';

const RED = ['--notice', join(projectRoot, 'proto/examples/red.json'), '--from', 'europol'];
const evaluate = (condition: string, ...words: readonly string[]) =>
  runLine(['policy', 'eval', condition, ...RED, ...words]);

describe('policy eval', () => {
  test('shows the value of a condition for each recipient', async () => {
    const { code, stdout } = await evaluate('principal.agreements.contains(resource.originator)');
    expect(stdout).toMatch(/^interpol +true$/m);
    expect(stdout).toMatch(/^ecopol +false$/m);
    expect(stdout).not.toMatch(/^europol/m);
    expect(code).toBe(1);
  });

  test('shows the values that a condition compares for one recipient, and exits with 0 when it holds', async () => {
    const { code, stdout } = await evaluate(
      'resource.codes.contains(HandlingCode::"H1") && !resource.minor',
      '--to',
      'gccpol',
    );
    expect(stdout).toBe('true\n  ✓ codes: H1; required: with H1\n  ✓ minor: no\n');
    expect(code).toBe(0);
  });

  test('says that a condition cannot be evaluated, which is neither true nor false', async () => {
    const { code, stdout } = await evaluate('9223372036854775807 + 1 > 0', '--to', 'gccpol');
    expect(stdout).toMatch(/^cannot be evaluated, which denies\n/);
    expect(code).toBe(1);
  });

  test('evaluates `context.section` with `--section`, and refuses it without', async () => {
    const condition = 'context.section == Section::"judicial"';
    const named = await evaluate(condition, '--to', 'gccpol', '--section', 'judicial', '--json');
    expect(JSON.parse(named.stdout)).toMatchObject({ values: [{ to: 'gccpol', value: true }] });
    const { code, stderr } = await evaluate(condition, '--to', 'gccpol');
    expect(code).toBe(2);
    expect(stderr).toContain('condition:1: attribute `section` in context');
  });

  test.each(['true }; permit (principal, action, resource', 'true } unless { false', ''])(
    'refuses `%s`, which is not one condition',
    async (condition) => {
      const { code, stdout } = await evaluate(condition, '--to', 'gccpol');
      expect(stdout).toBe('');
      expect(code).toBe(2);
    },
  );

  test('evaluates each line of stdin, continues after an error, and then exits with 2', () => {
    const words = ['policy', 'eval', ...RED, '--to', 'gccpol'];
    const { stdout, stderr, status } = spawnSync(join(projectRoot, 'scripts/liaison'), words, {
      input: 'resource.minr\n\n!resource.minor\n',
      encoding: 'utf8',
    });
    expect(stderr).toContain('attribute `minr` on entity type `Notice` not found, did you mean `minor`');
    expect(stdout).toBe('true\n  ✓ minor: no\n');
    expect(status).toBe(2);
  });
});
