import { describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { approvedLoosenings, signApproval } from '../../../../services/shared/ledger/release/approval.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { createKeyRing } from '../signers.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const LOOSENINGS = ['a'.repeat(64), 'b'.repeat(64)];
const FIRST = { org: parseOrgId('alfa'), digest: digest('a release'), previous: null };
const LATER = { ...FIRST, previous: digest('the release before') };

const ring = createKeyRing();
const [ada, grace] = [await ring.make('alfa:approver:1'), await ring.make('alfa:approver:2')];

type Signer = Awaited<ReturnType<typeof ring.make>>;
type Vote = readonly [by: Signer, loosenings: readonly string[] | null];

const OF_ALL_BY_BOTH: readonly Vote[] = [
  [ada, null],
  [grace, null],
];

/** Returns what these approvals of a release approve. */
async function approved(release: typeof FIRST | typeof LATER, votes: readonly Vote[]) {
  const signing = { federation: 'demo', now: NOW };
  const { digest: name, previous } = release;
  const approvals = await Promise.all(
    votes.map(([signer, loosenings]) =>
      signApproval({ release: name, previous, loosenings }, { ...signing, signer }),
    ),
  );
  const { loosenings, faults } = await approvedLoosenings(
    { ...release, approvals },
    {
      directory: ring.directory,
      now: NOW,
    },
  );
  return [loosenings && [...loosenings], faults.length];
}

describe('approvals of a release of an organisation', () => {
  test('two persons approve the loosenings that both list', async () => {
    expect(
      await approved(LATER, [
        [ada, LOOSENINGS],
        [grace, LOOSENINGS.slice(1)],
      ]),
    ).toEqual([LOOSENINGS.slice(1), 0]);
  });

  test('two persons approve the whole of a first release, and one of them twice does not', async () => {
    expect(await approved(FIRST, OF_ALL_BY_BOTH)).toEqual([null, 0]);
    expect(
      await approved(FIRST, [
        [ada, null],
        [ada, null],
      ]),
    ).toEqual([[], 0]);
  });

  test('of a first release that one person approved as a whole, only what the other person lists is approved', async () => {
    expect(
      await approved(FIRST, [
        [ada, null],
        [grace, LOOSENINGS.slice(1)],
      ]),
    ).toEqual([LOOSENINGS.slice(1), 0]);
  });

  test('a later release is not approved as a whole', async () => {
    expect(await approved(LATER, OF_ALL_BY_BOTH)).toEqual([[], 2]);
  });
});
