import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  readReleaseDraft,
  type ReleaseDraft,
  writeReleaseDraft,
} from '../../../../services/cli/policy/release/release-file.js';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
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

test('`policy release` refuses a `--wait` that is no time, and sends nothing', async () => {
  const { code, stderr } = await runLine(['policy', 'release', folder, '--wait', 'soon']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--wait')]);
});
