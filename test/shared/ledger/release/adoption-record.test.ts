import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import {
  type AdoptionPart,
  recordableFindings,
  type ReleaseFinding,
  signAdoptionRecord,
} from '../../../../services/shared/ledger/release/adoption-record.js';
import { readRecord } from '../../../../services/shared/ledger/record.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { makeSigners } from '../signers.js';

const now = new Date('2026-06-01T12:00:00Z');
const { hub, directory } = await makeSigners();
const release = {
  org: parseOrgId('europol'),
  digest: digest('a release'),
  statement: digest('a statement'),
  version: 1,
};

const BY = { approvedBy: null, by: 'router-1' } as const;

/** Records a refusal for these findings, and reads the record as every router does; returns the findings on it. */
async function recorded(findings: readonly ReleaseFinding[]): Promise<readonly ReleaseFinding[]> {
  const refused = { type: 'adoption', outcome: 'refused', bundle: null, release, ...BY } as const;
  const recording = { signer: hub, federation: 'demo', now, read: { epoch: 'e', sequence: 1 } };
  const part = { ...refused, findings: recordableFindings(findings) };
  const record = await readRecord((await signAdoptionRecord(part, recording)).bytes, { directory, now });
  expect(record).toMatchObject({ type: 'adoption', part });
  return part.findings;
}

test.each([
  ['NUL', 'a\0b', 'a\uFFFDb'],
  ['a lone surrogate', 'a\uD83Db', 'a\uFFFDb'],
  ['a surrogate pair at the bound', `${'a'.repeat(999)}\u{1F600}`, `${'a'.repeat(999)}\uFFFD`],
  ['more characters than a record holds', 'a'.repeat(5_000), 'a'.repeat(1_000)],
])('a refusal whose finding quotes %s can be read', async (_, text, kept) => {
  const finding = { place: text, message: text, loosening: 'f'.repeat(64) };
  expect(await recorded([finding])).toEqual([{ ...finding, place: kept, message: kept }]);
});

test.each([
  ['long texts of three bytes a character', '\u6F22'.repeat(250)],
  ['texts that JSON escapes', '\u0001'.repeat(250)],
  ['short texts', 'a'],
])('a refusal with thousands of findings of %s names the first ones, and can be read', async (_, message) => {
  const findings = Array.from({ length: 3_000 }, (_each, at) => ({ place: String(at), message }));
  const kept = await recorded(findings);
  expect(kept.length).toBeGreaterThan(100);
  expect(kept).toEqual(findings.slice(0, kept.length));
});

test('a refusal can be read whatever its findings say', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 2_000 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ place: text, message: text }), { minLength: 1 }),
      async (findings) => {
        expect((await recorded(findings)).length).toBe(findings.length);
      },
    ),
    { numRuns: 50 },
  );
});

const federation = { ...release, org: parseOrgId('hub') };
const adopted = { outcome: 'adopted', bundle: digest('a bundle'), findings: [] } as const;
const refusal = { outcome: 'refused', bundle: null, findings: [{ place: 'a', message: 'b' }] } as const;

/** Records a judgement of this form, and reads the record as every router does. */
async function readBack(part: Omit<AdoptionPart, 'type' | 'by'>): Promise<unknown> {
  const recording = { signer: hub, federation: 'demo', now, read: { epoch: 'e', sequence: 1 } };
  const { bytes } = await signAdoptionRecord({ type: 'adoption', ...part, by: 'router-1' }, recording);
  return readRecord(bytes, { directory, now });
}

test.each(['members', 'operator'] as const)(
  'an adopted release of the federation says that it was approved by: %s',
  async (by) => {
    const part = { ...adopted, release: federation, approvedBy: by };
    expect(await readBack(part)).toMatchObject({ part });
  },
);

test.each([
  [
    'an adopted release of the federation without its approval',
    { ...adopted, release: federation, approvedBy: null },
  ],
  [
    'a refused release of the federation with an approval',
    { ...refusal, release: federation, approvedBy: 'operator' as const },
  ],
  ['a release of a member with an approval', { ...adopted, release, approvedBy: 'members' as const }],
  [
    'policies without a release with an approval',
    { ...adopted, release: null, approvedBy: 'operator' as const },
  ],
])('%s is no record', async (_, part) => {
  await expect(readBack(part)).rejects.toMatchObject({ code: 'token-malformed' });
});
