import { describe, expect, test } from 'vitest';
import { memberPolicy } from '../../../services/shared/tlog/member-witnesses.js';
import { isQuorate } from '../../../services/shared/tlog/witness-policy.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { entryOf, makeFederation, NOW } from '../trust/federation.js';

describe('the witness policy of a directory', () => {
  test('a member called `none` is a witness like any other', async () => {
    const keys = [entryOf(await generateKey('none:witness:1'))];
    const { directory } = await makeFederation(({ organisations, ...source }) => {
      const { europol } = organisations;
      return { ...source, organisations: { ...organisations, none: { ...europol!, keys } } };
    });
    const { witnesses, groups, quorum } = memberPolicy(directory, NOW);
    expect([...witnesses.values()].map(({ name }) => name)).toEqual(['demo/none']);
    expect(groups.get(quorum)).toEqual({ threshold: 1, members: ['none'] });
  });

  test('no checkpoint meets it once every listed witness key is out of force; none is required before one is listed', async () => {
    const key = entryOf(await generateKey('europol:witness:1'));
    const listing = async (keys: readonly (typeof key)[]) =>
      (
        await makeFederation(({ organisations, ...source }) => {
          return { ...source, organisations: { europol: { ...organisations['europol']!, keys } } };
        })
      ).directory;
    const isMetWithout = async (keys: readonly (typeof key)[], now: Date) =>
      isQuorate(memberPolicy(await listing(keys), now), []);
    expect(await isMetWithout([], NOW)).toBe(true);
    expect(await isMetWithout([key], NOW)).toBe(false);
    expect(await isMetWithout([key], new Date('2200-01-01T00:00:00Z'))).toBe(false);
    expect(await isMetWithout([{ ...key, revokedAt: '2020-01-01T00:00:00Z' }], NOW)).toBe(false);
  });

  test('counts the members that its witness list names, also a suspended one', async () => {
    const names = ['alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot'];
    const key = new Map(
      await Promise.all(
        names.map(async (org) => [org, entryOf(await generateKey(`${org}:witness:1`))] as const),
      ),
    );
    const { directory } = await makeFederation(({ organisations, ...source }) => {
      const member = organisations['europol']!;
      const listed = names.map((org) => {
        const ends = org === 'foxtrot' ? { suspendedAt: '2026-05-01T00:00:00Z' } : {};
        return [org, { ...member, ...ends, keys: [key.get(org)!] }] as const;
      });
      const members = names.slice(1);
      const witnesses = { number: 1, since: '2026-05-01T00:00:00Z', members, approvals: [] };
      return { ...source, organisations: Object.fromEntries(listed), witnesses };
    });
    const { witnesses, groups, quorum } = memberPolicy(directory, NOW);
    expect([...witnesses.keys()]).toEqual(['bravo', 'charlie', 'delta', 'echo']);
    expect(groups.get(quorum)?.threshold).toBe(4);
  });
});
