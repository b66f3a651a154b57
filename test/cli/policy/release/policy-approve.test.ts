import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  digestOfDraft,
  readReleaseDraft,
  type ReleaseDraft,
  writeReleaseDraft,
} from '../../../../services/cli/policy/release/release-file.js';
import { releaseText } from '../../../../services/cli/policy/release/releases-client.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { generateKey } from '../../../../services/shared/trust/keys.js';
import { runLine } from '../run-line.js';

const folder = mkdtempSync(join(tmpdir(), 'liaison-approve-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [path, key] = [join(folder, 'release.json'), join(folder, 'ada.jwk')];

const OPENS =
  'europol/export loosens receive; disclose identity, judicial (red, europol → interpol afripol; opened by eur-more)';
const digestOf = (digit: string): string => digit.repeat(64);
const DRAFT: ReleaseDraft = {
  federation: 'demo',
  org: parseOrgId('europol'),
  version: 2,
  previous: null,
  files: new Map([
    ['export.cedar', '// none\n'],
    ['import.cedar', ''],
  ]),
  approvals: [],
  loosenings: ['1', '2', '3'].map((digit) => ({ loosening: digestOf(digit), message: OPENS })),
};

beforeAll(async () => {
  writeFileSync(key, JSON.stringify(await generateKey('europol:approver:1')), { mode: 0o600 });
});
beforeEach(() => writeReleaseDraft(path, DRAFT));

const approve = (...words: readonly string[]) => runLine(['policy', 'approve', path, '--key', key, ...words]);
const approvals = (): number => readReleaseDraft(path).approvals.length;

describe('policy approve', () => {
  test('signs nothing without a yes where there is no terminal, and shows before what it would sign', async () => {
    const { code, stderr } = await approve();
    expect([code, approvals()]).toEqual([2, 0]);
    expect(stderr.indexOf(OPENS)).toBeGreaterThan(-1);
    expect(stderr.indexOf(OPENS)).toBeLessThan(stderr.indexOf('`--yes`'));
  });

  test('with `--dry-run` shows each text once, with the digests that have it, and signs nothing', async () => {
    const { code, stdout } = await approve('--dry-run');
    expect([code, approvals()]).toEqual([0, 0]);
    expect(stdout.split(OPENS)).toHaveLength(2);
    expect(stdout).toContain('3 loosenings: 111111111111 222222222222 333333333333');
    expect(stdout).toContain('would be approved');
  });

  test('with `--digest` signs the release with this digest alone', async () => {
    expect(await approve('--digest', digestOf('A').slice(0, 43))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(digestOfDraft(DRAFT)),
    });
    expect(approvals()).toBe(0);
    expect((await approve('--digest', digestOfDraft(DRAFT))).code).toBe(0);
    expect(approvals()).toBe(1);
  });

  test('never says of what it signed that it is without approval', async () => {
    const { code, stdout, stderr } = await approve('--yes');
    expect([code, approvals()]).toEqual([0, 1]);
    expect(stdout).toContain('is approved');
    expect(stdout + stderr).not.toMatch(/without approval|not approved/);
  });
});

test('a refused release names what one rule opens once, and the digests of its loosenings', () => {
  const findings = DRAFT.loosenings.map((one) => ({ place: 'europol', ...one }));
  const digest = digestOf('A').slice(0, 43);
  const shown = { release: digest, statement: digest, version: 2, state: 'refused', findings } as const;
  const at = { recordedAt: '', judgedAt: '', judgedBy: 'router-1' };
  const plain = (text: string): string => text;
  const paint = { red: plain, green: plain, dim: plain } as never;
  const text = releaseText({ ...shown, ...at }, { paint });
  expect(text.split('\n')).toEqual([
    `version 2 ${digest}: release-refused, by router-1`,
    `  not approved: ${OPENS}`,
    '    3 loosenings: 111111111111 222222222222 333333333333',
  ]);
});
