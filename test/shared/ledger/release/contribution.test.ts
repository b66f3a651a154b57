import { beforeAll, describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import {
  readContribution,
  signContribution,
  verifyContribution,
} from '../../../../services/shared/ledger/release/contribution.js';
import { signRelease, verifyRelease } from '../../../../services/shared/ledger/release/release.js';
import type { Contribution } from '../../../../services/shared/ledger/release/release-files.js';
import { createKeyRing, type KeyRing } from '../signers.js';

const now = new Date('2026-06-01T12:00:00Z');
const files = new Map([
  ['export.cedar', 'a'],
  ['import.cedar', 'b'],
]);
const CONTENT = { files, version: 3, previous: null };
let ring: KeyRing;
let contribution: Contribution;
let signing: Parameters<typeof signContribution>[1];
beforeAll(async () => {
  ring = createKeyRing();
  signing = { signer: await ring.make('alfa:policy:1'), federation: 'demo', now };
  contribution = await signContribution(CONTENT, signing);
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (thrown: unknown) => errorFrom(thrown).code,
  );
const verified = (one: Contribution) => verifyContribution(one, { directory: ring.directory, now });

describe('contribution to a joint release', () => {
  test('names its organisation, and has the digest that the next release of that organisation follows', async () => {
    const { org, version, digest, statement } = await verified(contribution);
    const wire = await signRelease({ ...CONTENT, approvals: [] }, signing);
    const release = await verifyRelease(wire, { directory: ring.directory, org, now });
    expect([org, version, digest]).toEqual(['alfa', 3, release.digest]);
    expect(readContribution(contribution)).toMatchObject({
      org,
      version,
      digest,
      statement,
    });
  });

  test('with other files than those signed is refused', async () => {
    const altered = { ...contribution, files: new Map([...files, ['import.cedar', 'c'] as const]) };
    expect(await codeOf(verified(altered))).toBe('digest-mismatch');
  });

  test('signed with a key of another use is refused', async () => {
    const signer = await ring.make('alfa:notice:1');
    const signed = await signContribution(CONTENT, { ...signing, signer });
    expect(await codeOf(verified(signed))).toBe('key-invalid');
  });

  test('is no release, and a release is no contribution', async () => {
    const { statement, files: packed } = await signRelease({ ...CONTENT, approvals: [] }, signing);
    expect(await codeOf(verified({ statement, files }))).toBe('token-malformed');
    const wire = { statement: contribution.statement, files: packed };
    const reading = { directory: ring.directory, org: parseOrgId('alfa'), now };
    expect(await codeOf(verifyRelease(wire, reading))).toBe('token-malformed');
  });

  test('for another federation is refused', async () => {
    const signed = await signContribution(CONTENT, { ...signing, federation: 'other' });
    expect(await codeOf(verified(signed))).toBe('audience-mismatch');
  });
});
