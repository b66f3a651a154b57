import { expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import {
  KEY_SOON_DAYS,
  memberSummary,
  shownKey,
} from '../../../../services/shared/trust/directory/member-summary.js';
import type { KeyEntry } from '../../../../services/shared/trust/directory-key.js';
import type { MemberSummary } from '../../../../services/shared/wire/shown-member.js';
import { entryOf, makeFederation, NOW } from '../federation.js';
import { generateKey } from '../../../../services/shared/trust/keys.js';

const EUROPOL = parseOrgId('europol');
const days = (count: number): string => new Date(NOW.getTime() + count * 86_400_000).toISOString();
const seconds = (time: string): string => time.replace('.000', '');

/** Returns europol with these keys for notices and one for receipts. */
async function memberWith(changes: readonly Partial<KeyEntry>[]): Promise<MemberSummary> {
  const made = await Promise.all(changes.map((_, index) => generateKey(`europol:notice:${index + 1}`)));
  const { directory } = await makeFederation(({ organisations, ...source }) => {
    const { europol, ...others } = organisations;
    if (europol === undefined) throw new Error('no europol');
    const receipts = europol.keys.filter(({ kid }) => kid.includes(':receipt:'));
    const keys = [...made.map((key, index) => entryOf(key, changes[index])), ...receipts];
    return { ...source, organisations: { ...others, europol: { ...europol, keys } } };
  });
  return memberSummary(directory.organisations.get(EUROPOL)!, NOW);
}
const noticeIn = ({ uses }: MemberSummary) => uses.find(({ use }) => use === 'notice');

test('member summary: a use whose last key ends within 30 days ends soon', async () => {
  const notAfter = seconds(days(KEY_SOON_DAYS - 1));
  const member = await memberWith([{ notAfter }]);
  expect(noticeIn(member)).toEqual({ use: 'notice', until: days(KEY_SOON_DAYS - 1), state: 'soon' });
  expect(member.keysEnd).toBe(days(KEY_SOON_DAYS - 1));
});

test('member summary: a use whose key has a successor in force ends with the successor', async () => {
  const member = await memberWith([{ notAfter: seconds(days(3)) }, { notAfter: seconds(days(200)) }]);
  expect(noticeIn(member)).toEqual({ use: 'notice', until: days(200), state: 'good' });
});

test('member summary: a use has ended when each of its keys is expired, revoked or not valid yet', async () => {
  const member = await memberWith([
    { notAfter: seconds(days(-1)) },
    { revokedAt: seconds(days(-1)) },
    { notBefore: seconds(days(1)) },
  ]);
  expect(noticeIn(member)).toEqual({ use: 'notice', until: null, state: 'ended' });
  expect(member.keysEnd).toBeNull();
});

test('member summary: the state is the last of suspended, leaving and left whose date has passed', async () => {
  const [past, future] = [seconds(days(-1)), seconds(days(1))];
  const dates = [
    [{}, 'member'],
    [{ suspendedAt: past }, 'suspended'],
    [{ suspendedAt: past, leavingAt: past }, 'leaving'],
    [{ suspendedAt: past, leavingAt: past, leftAt: past }, 'left'],
    [{ leavingAt: future }, 'member'],
  ] as const;
  for (const [ends, state] of dates) {
    const { directory } = await makeFederation(({ organisations, ...source }) => {
      const { europol, ...others } = organisations;
      return { ...source, organisations: { ...others, europol: { ...europol!, ...ends } } };
    });
    expect(memberSummary(directory.organisations.get(EUROPOL)!, NOW).state).toBe(state);
  }
});

test('member summary: a key is shown with its owner and its state', async () => {
  const { directory } = await makeFederation();
  expect(shownKey(directory.key('europol:notice:1')!, NOW)).toEqual({
    kid: 'europol:notice:1',
    owner: 'europol',
    use: 'notice',
    person: null,
    notBefore: '2026-01-01T00:00:00.000Z',
    notAfter: '2027-01-01T00:00:00.000Z',
    revokedAt: null,
    state: 'in force',
  });
});
