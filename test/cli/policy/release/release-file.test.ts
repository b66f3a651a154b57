import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  readOwnFiles,
  readReleaseDraft,
  type ReleaseDraft,
  writeReleaseDraft,
} from '../../../../services/cli/policy/release/release-file.js';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { signContribution } from '../../../../services/shared/ledger/release/contribution.js';
import { contributionDocument } from '../../../../services/shared/ledger/release/release-files.js';
import { generateKey, importSigner } from '../../../../services/shared/trust/keys.js';
import { runLine } from '../run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-release-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'release.json');

const DRAFT: ReleaseDraft = {
  federation: 'demo',
  org: parseOrgId('europol'),
  version: 2,
  previous: null,
  files: new Map([
    ['export.cedar', '// none\n'],
    ['import.cedar', ''],
  ]),
  approvals: ['a.b.c'],
  loosenings: [{ loosening: 'ab', message: 'opens red notices' }],
};

beforeEach(() => writeReleaseDraft(path, DRAFT));

/** Replaces members of the file. */
function change(more: object): void {
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...more }));
}
const failure = (): unknown => {
  try {
    return readReleaseDraft(path);
  } catch (error) {
    const { code, details } = errorFrom(error);
    return [code, ...details.map((detail) => detail.path)];
  }
};

describe('the file of a release', () => {
  test('is read as it was written', () => {
    expect(readReleaseDraft(path)).toEqual(DRAFT);
  });

  test('names the contributions of a joint release, and is refused with another one and with other files of one', async () => {
    const signer = await importSigner(await generateKey('europol:policy:1'));
    const signing = { signer, federation: 'demo', now: new Date() };
    const contribute = (version: number) => signContribution({ ...DRAFT, version }, signing);
    const [contribution, other] = [await contribute(2), await contribute(3)];
    writeReleaseDraft(path, { ...DRAFT, contributions: [contribution] });
    expect(readReleaseDraft(path)).toEqual({ ...DRAFT, contributions: [contribution] });
    change({ contributions: [contributionDocument(other)] });
    expect(failure()).toEqual(['digest-mismatch']);
    const harmless = { ...contributionDocument(contribution).files, 'export.cedar': '// harmless\n' };
    change({ contributions: [{ ...contributionDocument(contribution), files: harmless }] });
    expect(failure()).toEqual(['digest-mismatch']);
    change({ contributions: [{ ...contributionDocument(contribution), files: { 'members.yaml': '' } }] });
    expect(failure()).toEqual(['schema-invalid']);
  });

  test.each([
    ['a version of 0', { version: 0 }, '/version'],
    ['a previous version that is no digest', { previous: 'ab' }, '/previous'],
    ['a file that is no text', { files: { 'export.cedar': 1 } }, '/files/export.cedar'],
    ['a loosening without a message', { loosenings: [{ loosening: 'ab' }] }, '/loosenings/0'],
    ['an approval that is no text', { approvals: [null] }, '/approvals/0'],
    ['a member that it should not have', { more: 1 }, ''],
  ])('is refused with the place of %s', (_, more, place) => {
    change(more);
    expect(failure()).toEqual(['schema-invalid', place]);
  });

  test.each([
    ['the rules', { files: { 'export.cedar': '// other\n', 'import.cedar': '' } }],
    ['the version', { version: 3 }],
    ['the organisation', { org: 'afripol' }],
  ])('in which %s was changed is refused', (_, more) => {
    change(more);
    expect(failure()).toEqual(['digest-mismatch']);
  });
});

describe('the files of an organisation', () => {
  const rules = join(folder, 'rules');
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(rules, name), content);
  const refusal = (): string => {
    try {
      readOwnFiles(rules, DRAFT.org);
      return 'none';
    } catch (error) {
      const { code, message } = errorFrom(error);
      return `${code} ${message}`;
    }
  };
  beforeEach(() => {
    rmSync(rules, { recursive: true, force: true });
    mkdirSync(rules);
    for (const [name, text] of DRAFT.files) write(name, text);
  });

  test('are both rule files, and the cases if there are any', () => {
    expect(readOwnFiles(rules, DRAFT.org)).toEqual(DRAFT.files);
    write('cases.yaml', 'cases: []\n');
    expect([...readOwnFiles(rules, DRAFT.org).keys()]).toEqual([...DRAFT.files.keys(), 'cases.yaml']);
  });

  test('behind a link out of the folder are not read: a release would send any file of its author', () => {
    symlinkSync(path, join(rules, 'cases.yaml'));
    expect(refusal()).toBe(`usage \`${join(rules, 'cases.yaml')}\` cannot be read: a link out of the folder`);
  });

  test('that are not UTF-8 are refused with the place, and none is sent in another form', () => {
    write('import.cedar', Buffer.from([0x2f, 0x2f, 0xff]));
    expect(refusal()).toContain('import.cedar:1:3` cannot be read: the byte 0xff');
  });

  test('are refused without a rule file, which is named', () => {
    rmSync(join(rules, 'import.cedar'));
    expect(refusal()).toBe(`usage \`${join(rules, 'import.cedar')}\` cannot be read: it does not exist`);
  });
});

test('`policy release` refuses a `--wait` that is no time, and sends nothing', async () => {
  const { code, stderr } = await runLine(['policy', 'release', folder, '--wait', 'soon']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--wait')]);
});
