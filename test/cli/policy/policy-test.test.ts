import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyOfPolicies } from './copy-of-policies.js';
import { runLine } from './run-line.js';

interface Document {
  readonly cases: number;
  readonly failed: number;
  readonly files: readonly { readonly cases: readonly { readonly failures: readonly object[] }[] }[];
  readonly coverage?: unknown;
}

const PEERS = '  principal.groups.contains(Group::"biometric-peers") &&';
const NEGATED = '  !principal.groups.contains(Group::"biometric-peers") &&';

describe('policy test --coverage --junit out.xml', () => {
  test('exits with 0 on the shipped policies, and prints the coverage', async () => {
    const { folder } = copyOfPolicies();
    const report = join(folder, 'out.xml');
    const { code, stdout } = await runLine(['policy', 'test', '--coverage', '--junit', report]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ cases in 8 files: all hold$/m);
    expect(stdout).toMatch(/^rules +(\d+)\/\1 +100 %/m);
    expect(stdout).toMatch(/^conditions +\d+\/\d+ +(100|9\d(\.\d)?) %/m);
    expect(readFileSync(report, 'utf8')).toMatch(/<testsuites name="policy test" tests="\d+" failures="0"/);
  });

  test('exits with 1 for a negated rule, and names the failing condition', async () => {
    const { folder, change } = copyOfPolicies();
    change('europol/export.cedar', PEERS, NEGATED);
    const report = join(folder, 'out.xml');
    const words = ['policy', 'test', '--policies', folder, '--coverage', '--junit', report];
    const { code, stdout } = await runLine(words);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ a third party needs an agreement  europol/cases.yaml:');
    expect(stdout).toContain('biometrics: no permit of europol/export applies, the nearest');
    expect(stdout).toMatch(
      /✗ groups of the recipient: biometric-peers, global, judicial-channel; required: without/,
    );
    expect(stdout).toContain('!principal.groups.contains(Group::"biometric-peers")');
    const xml = readFileSync(report, 'utf8');
    expect(xml).toContain('✗ groups of the recipient: biometric-peers, global, judicial-channel');
    expect(xml).toContain('!principal.groups.contains(Group::"biometric-peers")');
  });
});

describe('policy test', () => {
  test('refuses cases that name an unknown member or example, as `policy check` does', async () => {
    const { folder, change } = copyOfPolicies();
    change('europol/cases.yaml', 'from: europol', 'from: europole');
    change('gccpol/cases.yaml', 'example: red', 'example: rde');
    const said = [
      /europol\/cases\.yaml:\d+:\d+: no organisation `europole`, did you mean `europol`/,
      /gccpol\/cases\.yaml:\d+:\d+: no example `rde`, did you mean `red`/,
    ];
    const { code, stdout, stderr } = await runLine(['policy', 'test', '--policies', folder]);
    expect([code, stdout]).toEqual([2, '']);
    for (const words of said) expect(stderr).toMatch(words);
  });

  test('refuses a file of rules without rules, as `policy check` does', async () => {
    const { folder } = copyOfPolicies();
    writeFileSync(join(folder, 'europol/export.cedar'), '');
    for (const verb of ['test', 'check']) {
      const { code, stdout, stderr } = await runLine(['policy', verb, '--policies', folder]);
      expect([code, stdout + stderr]).toEqual([2, expect.stringContaining('no rules')]);
    }
  });

  test('fits eighty columns without cutting a name, also when cases fail', async () => {
    const { folder, change } = copyOfPolicies();
    change('europol/export.cedar', PEERS, NEGATED);
    const { stdout } = await runLine(['policy', 'test', '--policies', folder], { width: 80 });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^ +interpol +afripol +ameripol +aseanapol +gccpol +ecopol/m);
  });

  test('prints one reproducible document with `--json`, with the cause of each failure', async () => {
    const { folder, change } = copyOfPolicies();
    change('europol/export.cedar', PEERS, NEGATED);
    const words = ['policy', 'test', '--policies', folder, '--json'];
    const [first, second] = [await runLine(words), await runLine(words)];
    expect(first.stdout).toBe(second.stdout);
    const document = JSON.parse(first.stdout) as Document;
    expect([first.code, document.failed > 0, document.coverage]).toEqual([1, true, undefined]);
    const failure = document.files.flatMap(({ cases }) => cases.flatMap(({ failures }) => failures))[0];
    expect(failure).toMatchObject({
      org: 'interpol',
      causes: [{ rules: [{ id: 'eur-export-06-biometrics', conditions: expect.any(Array) }] }],
    });
  });

  test('fails with `--min-coverage` below the minimum, and lists what no case covers', async () => {
    const { folder, change } = copyOfPolicies();
    change('gccpol/export.cedar', 'Kind::"un-special" };', 'Kind::"un-special" && !resource.minor };');
    const words = ['policy', 'test', '--policies', folder, '--min-coverage'];
    const { code, stdout, stderr } = await runLine([...words, '100']);
    expect(code).toBe(1);
    expect(stdout).toContain('all hold');
    expect(stdout).toMatch(
      /gcc-export-07-public {2}gccpol\/export\.cedar:\d+:1\n +never false +!resource\.minor/,
    );
    expect(stderr).toMatch(/^conditions covered: 99\.\d %, expected at least 100 %$/m);
    expect((await runLine([...words, '99'])).code).toBe(0);
  });

  test('refuses a folder of cases that belongs to no member, and a report that cannot be written', async () => {
    const { folder, change } = copyOfPolicies();
    const missing = await runLine([
      'policy',
      'test',
      '--policies',
      folder,
      '--junit',
      join(folder, 'no', 'x.xml'),
    ]);
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining('cannot be written: its folder does not exist'),
    ]);
    change('gccpol/cases.yaml', 'notice: red-basic', 'notice: red-bsaic');
    const { code, stderr } = await runLine(['policy', 'test', '--policies', folder]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/gccpol\/cases\.yaml:\d+:\d+: no notice `red-bsaic`, did you mean `red-basic`/);
  });

  test('runs again with `--watch` when a file changes, prints errors meanwhile, and ends when it is stopped', async () => {
    const { folder, change } = copyOfPolicies();
    const stopper = new AbortController();
    let runs = 0;
    const onPrint = (): void => {
      runs += 1;
      if (runs === 1) change('gccpol/export.cedar', 'resource.kind ==', 'resource.kidn ==');
      else stopper.abort('SIGINT');
    };
    const onNote = (): void => change('gccpol/export.cedar', 'resource.kidn ==', 'resource.kind ==');
    const words = ['policy', 'test', '--policies', folder, '--watch', '--json'];
    const { code, stdout, stderr } = await runLine(words, { stopping: stopper.signal, onPrint, onNote });
    expect(code).toBe(130);
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(stderr).toContain('did you mean `kind`');
  });

  test('refuses with `--watch` a report inside the watched folder', async () => {
    const { folder } = copyOfPolicies();
    const words = ['policy', 'test', '--policies', folder, '--watch', '--junit', join(folder, 'out.xml')];
    expect(await runLine(words)).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be in') });
  });
});

describe('policy test --update', () => {
  const update = (folder: string) => runLine(['policy', 'test', '--policies', folder, '--update']);
  const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');

  test('writes what changed rules give, after which every case holds, and nothing else changes', async () => {
    const { folder, change } = copyOfPolicies();
    const before = read(folder, 'europol/cases.yaml');
    change('europol/export.cedar', PEERS, NEGATED);
    const { code, stderr } = await update(folder);
    expect(stderr).toMatch(/^europol\/cases\.yaml: \d+ expectations written: review the difference$/m);
    expect(code).toBe(0);
    const after = read(folder, 'europol/cases.yaml');
    const names = /^(?:#.*| *- name: .*| *notice: .*)$/gm;
    expect(after.match(names)).toEqual(before.match(names));
    expect(after).not.toBe(before);
    change('europol/export.cedar', NEGATED, PEERS);
    expect((await update(folder)).code).toBe(0);
    expect((await runLine(['policy', 'test', '--policies', folder])).code).toBe(0);
  });

  test('leaves the files alone when every case holds', async () => {
    const { folder } = copyOfPolicies();
    const before = read(folder, 'gccpol/cases.yaml');
    const { code, stderr } = await update(folder);
    expect([code, stderr]).toEqual([0, '']);
    expect(read(folder, 'gccpol/cases.yaml')).toBe(before);
  });

  test('gives a recipient that fell under `others` an entry of its own', async () => {
    const { folder } = copyOfPolicies();
    writeFileSync(
      join(folder, 'interpol/cases.yaml'),
      `notices:
  red: { example: red } # plain
cases:
  - name: in flow
    from: interpol
    notice: red
    expect: { others: deny }
  - name: in block
    from: interpol
    notice: red
    expect:
      # nobody yet
      others: deny
`,
    );
    expect((await update(folder)).code).toBe(0);
    const after = read(folder, 'interpol/cases.yaml');
    expect(after).toMatch(/expect: \{ (?:[a-z]+: \{ sections: .*?\}, )+others: deny \}/);
    expect(after).toMatch(/# nobody yet\n(?: {6}[a-z]+: \{ sections: .*\}\n)+ {6}others: deny\n$/);
  });

  test('is refused together with `--watch`', async () => {
    const { code, stderr } = await runLine(['policy', 'test', '--update', '--watch']);
    expect(code).toBe(2);
    expect(stderr).toContain('`--update` writes to the folder that `--watch` follows');
  });
});
