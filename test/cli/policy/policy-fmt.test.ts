import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCedarFiles } from '../../../services/cli/policy/policy-fmt.js';
import { folder as shipped } from '../../policies/sample.js';
import { copyOfPolicies } from './copy-of-policies.js';
import { type Ran, runLine } from './run-line.js';

const FILE = 'europol/export.cedar';
const fmt = (folder: string, ...words: readonly string[]): Promise<Ran> =>
  runLine(['policy', 'fmt', '--policies', folder, ...words]);
const read = (folder: string): string => readFileSync(join(folder, FILE), 'utf8');

describe('`policy fmt`', () => {
  test('finds the shipped policies formatted with `--check`', async () => {
    expect(await fmt(shipped, '--check')).toEqual({
      code: 0,
      stdout: '',
      stderr: '0 of 15 files would be changed\n',
    });
  });

  test('exits with 1 with `--check`, lists the files that would change, and writes nothing', async () => {
    const { folder, change } = copyOfPolicies();
    change(FILE, 'when {', 'when    {');
    const before = read(folder);
    expect(await fmt(folder, '--check')).toMatchObject({ code: 1, stdout: `${FILE}\n` });
    expect(read(folder)).toBe(before);
  });

  test('writes only the files that change, keeps their permissions, and leaves no temporary file', async () => {
    const { folder, change } = copyOfPolicies();
    change(FILE, 'when {', 'when\n{');
    chmodSync(join(folder, FILE), 0o640);
    const { code, stdout } = await fmt(folder, '--json');
    const files = readCedarFiles(shipped).map(({ path }) => path);
    expect([code, JSON.parse(stdout)]).toEqual([0, { files, changed: [FILE] }]);
    expect(read(folder)).toBe(read(shipped));
    expect(statSync(join(folder, FILE)).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(folder, 'europol')).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('writes nothing when one file does not parse, and prints the place', async () => {
    const { folder, change } = copyOfPolicies();
    change(FILE, 'when {', 'when\n{');
    const before = read(folder);
    writeFileSync(join(folder, 'gccpol/import.cedar'), '@id("x")\npermit (principal, acton, resource);\n');
    const { code, stderr } = await fmt(folder);
    expect(code).toBe(2);
    expect(stderr).toContain('[policy-invalid] gccpol/import.cedar:2:20: ');
    expect(read(folder)).toBe(before);
  });

  test('leaves a file that is not UTF-8 or not a regular file unchanged, and prints its path', async () => {
    const { folder } = copyOfPolicies();
    const bytes = Buffer.concat([
      Buffer.from('// cit'),
      Buffer.from([0xe9]),
      readFileSync(join(folder, FILE)),
    ]);
    writeFileSync(join(folder, FILE), bytes);
    rmSync(join(folder, 'gccpol/import.cedar'));
    symlinkSync('nowhere', join(folder, 'gccpol/import.cedar'));
    const { code, stderr } = await fmt(folder);
    expect(code).toBe(2);
    expect(stderr).toContain('europol/export.cedar:1:7: the byte 0xe9 is not UTF-8');
    expect(stderr).toContain('gccpol/import.cedar: a link to nothing');
    expect(readFileSync(join(folder, FILE))).toEqual(bytes);
  });

  test('skips a lock file that an editor left', async () => {
    const { folder } = copyOfPolicies();
    symlinkSync('somebody@nowhere.1', join(folder, 'europol/.#export.cedar'));
    expect(await fmt(folder, '--check')).toMatchObject({ code: 0 });
  });

  test('refuses a missing folder, and one without rules', async () => {
    const { folder } = copyOfPolicies();
    for (const nowhere of [join(folder, 'nowhere'), mkdtempSync(join(folder, 'empty-'))]) {
      const { code, stderr } = await fmt(nowhere);
      expect([code, stderr]).toEqual([2, expect.stringContaining('[usage]')]);
    }
  });
});
