import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../../services/shared/workbench/explain/explain.js';
import type { PolicyAnswer } from '../../../services/shared/workbench/prove/ask.js';
import { copyOfPolicies } from './copy-of-policies.js';
import { runLine } from './run-line.js';

const AGREEMENT = 'principal.agreements.contains(resource.originator)';

const CHANNEL = 'principal.groups.contains(Group::"judicial-channel")';

async function ask(...words: readonly string[]): Promise<PolicyAnswer> {
  const { stdout, stderr } = await runLine(['policy', 'ask', ...words, '--json']);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as PolicyAnswer;
}

function fileOf(value: unknown): string {
  const path = join(copyOfPolicies().folder, 'example.json');
  writeFileSync(path, JSON.stringify(value));
  return path;
}

describe('policy ask', () => {
  test('no notice discloses judicial data without an agreement: `policy ask` says so and exits with 1', async () => {
    const { code, stdout } = await runLine(['policy', 'ask', `disclose judicial unless ${AGREEMENT}`]);
    expect(stdout).toBe('no notice, on any of 42 routes\n');
    expect(code).toBe(1);
  });

  test('finds the route that a removed condition opens, with an example that explain and eval confirm', async () => {
    const { folder, change } = copyOfPolicies();
    change(
      'europol/export.cedar',
      'principal.agreements.contains(OrgId::"europol") &&\n  principal.groups.contains(Group::"judicial-channel")',
      'principal.agreements.contains(OrgId::"europol")',
    );
    const question = `disclose judicial unless ${CHANNEL}`;
    expect((await ask(question, '--from', 'europol')).open).toEqual([]);
    const { open } = await ask(question, '--from', 'europol', '--policies', folder);
    expect(open).not.toEqual([]);
    for (const { example } of open) {
      const file = fileOf(example);
      const explained = await runLine(['policy', 'explain', file, '--policies', folder, '--json']);
      const [judicial] = (JSON.parse(explained.stdout) as Explanation).sections;
      expect(judicial?.disclose.open).toBe(true);
      const evaluated = await runLine(['policy', 'eval', CHANNEL, '--notice', file, '--policies', folder]);
      expect(evaluated.stdout).toMatch(/^false\n/);
    }
  });

  test('asks only about the routes of `--from` and `--to`', async () => {
    const { open, routes } = await ask('disclose judicial', '--from', 'europol', '--to', 'interpol');
    expect(routes).toBe(1);
    expect(open).toMatchObject([
      { originator: 'europol', recipient: 'interpol', example: { section: 'judicial' } },
    ]);
  });

  test('does not count a notice for which the condition cannot be evaluated', async () => {
    const { open } = await ask('receive when 9007199254740991 * 9007199254740991 > 0');
    expect(open).toEqual([]);
  });

  test('exits with 5 when only Cedar evaluates the condition, as the routes it names are possible, not certain', async () => {
    const { code, stdout } = await runLine(['policy', 'ask', 'receive when 9223372036854775807 + 1 > 0']);
    expect(code).toBe(5);
    expect(stdout).toMatch(/^perhaps, on 42 of 42 routes$/m);
    expect(stdout).toMatch(/^not analysed: /m);
  });

  test.each([
    ['recieve', '`recieve` is not a permission, did you mean `receive`'],
    ['disclose', '`disclose` needs a section: there are'],
    ['disclose judicail', '`judicail` is none, did you mean `judicial`'],
    ['receive judicial', '`receive` is about the whole notice: write `disclose judicial`'],
    ['receive when resource.tpl == Tlp::"red"', 'condition:1: attribute `tpl`'],
    ['receive when', 'expected'],
  ])('refuses `%s`: %s', async (question, message) => {
    const { code, stderr } = await runLine(['policy', 'ask', question]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
