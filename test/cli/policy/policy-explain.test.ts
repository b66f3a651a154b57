import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { policyNoticeOfDraft } from '../../../services/shared/workbench/explain/notice-of-draft.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { Explanation } from '../../../services/shared/workbench/explain/explain.js';
import { copyOfPolicies } from './copy-of-policies.js';
import { type Ran, runLine } from './run-line.js';

const draft = (kind: string): string => join(projectRoot, 'proto/examples', `${kind}.json`);
const explain = (kind: string, ...words: readonly string[]): Promise<Ran> =>
  runLine(['policy', 'explain', draft(kind), ...words]);

/** Writes a value to a JSON file that is removed after the test. */
function fileOf(value: unknown): string {
  const path = join(copyOfPolicies().folder, 'question.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

describe('policy explain proto/examples/red.json --from europol --to gccpol', () => {
  test('prints for each layer the outcome, the deciding rules with reason and article, and the near misses', async () => {
    const { code, stdout } = await explain('red', '--from', 'europol', '--to', 'gccpol');
    expect(code).toBe(0);
    expect(stdout).toContain('red notice, europol → gccpol  redacted');
    expect(stdout).toMatch(
      /withheld +judicial, sources\n +may know +that judicial exists\n +must +keep-marking/,
    );
    expect(stdout).toMatch(
      /✓ export +eur-export-01-agreement: the recipient has an agreement with Europol\n +Europol Regulation Art\. 25\(1\) · obliges: use-for-stated-purpose/,
    );
    const judicial = stdout.slice(
      stdout.indexOf('judicial: withheld by export'),
      stdout.indexOf('sources: withheld'),
    );
    expect(judicial).toMatch(/✗ export +eur-export-09-h1-judicial: handling code H1/);
    expect(judicial).toContain('✓ codes: H1; required: with H1');
    expect(judicial).toContain('✓ consents: none; required: without gccpol (the recipient)');
    expect(judicial).toMatch(/no permit applies, the nearest:\n +eur-export-05-judicial: /);
    expect(judicial).toMatch(
      /✗ groups of the recipient: biometric-peers, .*required: with\s+judicial-channel/s,
    );
    expect(judicial).toContain('principal.groups.contains(Group::"judicial-channel")');
  });

  test('stays within eighty columns', async () => {
    const words = ['policy', 'explain', draft('red'), '--from', 'europol', '--to', 'gccpol'];
    const { stdout } = await runLine(words, { width: 80 });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('prints the same bytes each time with `--json`', async () => {
    const words = ['--from', 'europol', '--to', 'gccpol', '--json'];
    const [first, second] = [await explain('red', ...words), await explain('red', ...words)];
    expect(first.stdout).toBe(second.stdout);
    const explanation = JSON.parse(first.stdout) as Explanation;
    expect(explanation).toMatchObject({
      originator: 'europol',
      recipient: 'gccpol',
      receive: { open: true },
    });
    expect(explanation.decision.withheld).toEqual(['judicial', 'sources']);
  });
});

describe('policy explain', () => {
  test('prints every closed layer of a denied notice', async () => {
    const { stdout } = await explain('red', '--from', 'europol', '--to', 'ecopol');
    expect(stdout).toContain('red notice, europol → ecopol  denied');
    expect(stdout).toContain('The notice is closed by federation, export and import');
    expect(stdout).toContain('✓ accreditedFor of the recipient: basic; required: without restricted');
    expect(stdout).not.toContain('biometrics');
  });

  test('prints one section with `--section`, also of a denied notice', async () => {
    const { stdout } = await explain('red', '--from', 'europol', '--to', 'ecopol', '--section', 'biometrics');
    expect(stdout).toContain('biometrics: withheld by export');
    expect(stdout).not.toContain('judicial: ');
  });

  test('prints a reason that precedes all rules', async () => {
    const excluded = await explain('green', '--from', 'europol', '--to', 'ecopol');
    expect(excluded.stdout).toContain('Before any rule: the originator excludes this recipient.');
    const listed = await explain('orange', '--from', 'europol', '--to', 'gccpol');
    expect(listed.stdout).toContain('Before any rule: the notice is addressed to others');
  });

  test('accepts a counterexample, which names originator, recipient and section', async () => {
    const value = JSON.parse(readFileSync(draft('red'), 'utf8')) as unknown;
    const originator = parseOrgId('europol');
    const { attributes } = policyNoticeOfDraft(value, { originator, now: new Date() }).asked;
    const found = fileOf({ header: attributes, from: 'europol', to: 'gccpol', section: 'judicial' });
    const { code, stdout } = await runLine(['policy', 'explain', found]);
    expect(code).toBe(0);
    expect(stdout).toContain('judicial: withheld by export');
    expect(stdout).not.toContain('sources: ');
    const both = await runLine(['policy', 'explain', found, '--from', 'europol']);
    expect([both.code, both.stderr]).toEqual([
      2,
      expect.stringContaining('names originator and recipient itself'),
    ]);
  });

  test('uses the rules of another folder with `--policies`', async () => {
    const { folder, change } = copyOfPolicies();
    change('europol/export.cedar', '  principal.groups.contains(Group::"judicial-channel")', '  true');
    change(
      'europol/export.cedar',
      'forbid (principal, action == Action::"disclose", resource)\nwhen {\n  context.section == Section::"judicial" &&',
      'forbid (principal, action == Action::"disclose", resource)\nwhen {\n  resource.minor && context.section == Section::"judicial" &&',
    );
    const { stdout } = await explain('red', '--from', 'europol', '--to', 'gccpol', '--policies', folder);
    expect(stdout).toMatch(/judicial: disclosed/);
  });

  test.each([
    [['--to', 'gccpol'], 'usage', 'a draft has no originator: add `--from <organisation>`'],
    [['--from', 'europol'], 'usage', 'a draft has no recipient: add `--to <organisation>`'],
    [['--from', 'europl', '--to', 'gccpol'], 'organisation-unknown', 'did you mean `europol`'],
    [['--from', 'europol', '--to', 'gccpl'], 'organisation-unknown', 'did you mean `gccpol`'],
    [['--from', 'europol', '--to', 'europol'], 'usage', '`europol` is the originator'],
    [['--from', 'europol', '--to', 'gccpol', '--section', 'biometrcs'], 'usage', 'did you mean `biometrics`'],
  ])('refuses %s', async (words, refused, message) => {
    const { code, stderr } = await explain('red', ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`[${refused}]`)]);
    expect(stderr).toContain(message);
  });

  test('refuses a folder without policies', async () => {
    const words = ['--from', 'europol', '--to', 'gccpol', '--policies', '/nowhere'];
    const { code, stderr } = await explain('red', ...words);
    expect(code).toBe(2);
    expect(stderr).toContain('`/nowhere/federation/members.yaml`: no such file');
  });

  test.each([
    ['{"header": {"kind": "red",}}', 'json-malformed', ':1:27'],
    [{ header: { kind: 'rde' }, sections: {} }, 'kind-unknown', 'did you mean `red`'],
    [{ header: { kind: 'red' } }, 'schema-invalid', 'missing'],
    [{ header: {}, from: 'europol', to: 'gccpol' }, 'kind-unknown', '/header/kind'],
  ])(
    'refuses a file that is not a draft, with the place of the error: %#',
    async (value, refused, message) => {
      const path = fileOf(value);
      const ends =
        typeof value === 'object' && 'from' in value ? [] : ['--from', 'europol', '--to', 'gccpol'];
      const { code, stderr } = await runLine(['policy', 'explain', path, ...ends]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`[${refused}]`)]);
      expect(stderr).toContain(message);
    },
  );
});
