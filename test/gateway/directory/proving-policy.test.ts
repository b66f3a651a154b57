import { describe, expect, test } from 'vitest';
import { recordPolicyIn, provingPolicy } from '../../../services/gateway/directory/proving-policy.js';
import { isQuorate } from '../../../services/shared/tlog/witness-policy.js';
import { openDirectory, signDirectory, type Directory } from '../../../services/shared/trust/directory.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { withoutAdditions } from '../../../services/shared/trust/directory/without-additions.js';
import { entryOf, makeFederation, NOW } from '../../shared/trust/federation.js';

const ORGS = ['alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf'];
const REVOKED = '2026-05-01T00:00:00Z';
const first = new Map(
  await Promise.all(ORGS.map(async (org) => [org, await generateKey(`${org}:witness:1`)] as const)),
);
const second = new Map(
  await Promise.all(ORGS.map(async (org) => [org, await generateKey(`${org}:witness:2`)] as const)),
);
const { source, root, anchor } = await makeFederation();
const member = source.organisations['europol']!;

/** A directory of these members, in which some have a new witness key and the keys of some are revoked. */
async function directoryOf(
  orgs: readonly string[],
  {
    renewed = [],
    revoked = [],
    named,
  }: {
    readonly renewed?: readonly string[];
    readonly revoked?: readonly string[];
    readonly named?: readonly string[];
  } = {},
): Promise<Directory> {
  const organisations = orgs.map((org) => {
    const change = revoked.includes(org) ? { revokedAt: REVOKED } : {};
    const keys = [
      entryOf(first.get(org)!, change),
      ...(renewed.includes(org) ? [entryOf(second.get(org)!)] : []),
    ];
    return [org, { ...member, keys }] as const;
  });
  const one: DirectorySource = {
    ...source,
    organisations: Object.fromEntries(organisations),
    ...(named === undefined
      ? {}
      : { witnesses: { number: 1, since: REVOKED, members: named, approvals: [] } }),
  };
  return openDirectory(await signDirectory(one, root), anchor);
}

/** How many of these witnesses, by their first keys, prove the change. */
async function isProvedBy(
  signers: readonly string[],
  of: readonly string[],
  change: Parameters<typeof directoryOf>[1],
): Promise<boolean> {
  const policy = provingPolicy({ held: await directoryOf(of), next: await directoryOf(of, change) }, NOW);
  const keys = [...policy.witnesses].filter(([name]) => signers.includes(name)).map(([, key]) => ({ key }));
  return isQuorate(policy, keys);
}

describe('gateway: a change of the directory is proved by the witnesses in force before it', () => {
  test('more than two thirds of them, whatever members and keys it adds', async () => {
    expect(await isProvedBy(ORGS.slice(0, 5), ORGS, {})).toBe(true);
    expect(await isProvedBy(ORGS.slice(0, 4), ORGS, {})).toBe(false);
    const held = await directoryOf(['alfa']);
    const policy = provingPolicy({ held, next: await directoryOf(ORGS) }, NOW);
    expect([...policy.witnesses.keys()]).toEqual(['alfa']);
  });

  test('a witness that it revokes counts no more, and the others suffice, as long as they are more than half', async () => {
    const [alfa, bravo, charlie] = ORGS as [string, string, string];
    const three = [alfa, bravo, charlie];
    expect(await isProvedBy([bravo, charlie], three, { revoked: [alfa] })).toBe(true);
    expect(await isProvedBy([alfa, bravo], three, { revoked: [alfa] })).toBe(false);
    expect(await isProvedBy(three, three, { revoked: [alfa, bravo] })).toBe(false);
    expect(await isProvedBy(ORGS, ORGS, { revoked: ORGS })).toBe(false);
  });

  test('a witness whose key it replaces need not cosign, as long as more than half of them cosign with the keys in force', async () => {
    const three = ORGS.slice(0, 3);
    expect(await isProvedBy(three.slice(1), three, { renewed: three.slice(0, 1) })).toBe(true);
    expect(await isProvedBy(ORGS.slice(3), ORGS, { renewed: ORGS.slice(0, 3) })).toBe(true);
    expect(await isProvedBy(ORGS.slice(4), ORGS, { renewed: ORGS.slice(0, 4) })).toBe(false);
    expect(await isProvedBy([], ORGS, { renewed: ORGS })).toBe(false);
  });

  test('a witness that the next list does not name counts no more, and the others suffice, as long as they are more than half', async () => {
    const five = ORGS.slice(0, 5);
    expect(await isProvedBy(five.slice(1), ORGS, { named: five })).toBe(true);
    expect(await isProvedBy(five.slice(2), ORGS, { named: five })).toBe(false);
  });

  test('named witnesses whose keys it revokes still count: no revocation makes fewer of the others enough', async () => {
    const held = await directoryOf(ORGS, { named: ORGS });
    const next = await directoryOf(ORGS, { named: ORGS, revoked: ORGS.slice(0, 2) });
    const { groups, quorum, witnesses } = provingPolicy({ held, next }, NOW);
    expect([witnesses.size, groups.get(quorum)?.threshold]).toEqual([5, 5]);
  });

  test('more than half of them in any case, never the reader alone where there was another one', async () => {
    const [two, four] = [ORGS.slice(0, 2), ORGS.slice(0, 4)];
    for (const one of two) {
      expect(await isProvedBy([one], two, { renewed: two.filter((org) => org !== one) })).toBe(false);
      expect(await isProvedBy([one], two, { revoked: two.filter((org) => org !== one) })).toBe(false);
    }
    expect(await isProvedBy(two, two, { renewed: two.slice(1) })).toBe(true);
    expect(await isProvedBy(four.slice(2), four, { renewed: four.slice(0, 2) })).toBe(false);
    expect(await isProvedBy(four.slice(0, 2), four, { renewed: four.slice(2) })).toBe(false);
  });

  test('none only before the directory lists a witness key: with none in force any more no checkpoint proves it', async () => {
    const later = new Date('2200-01-01T00:00:00Z');
    const [none, some] = [await directoryOf([]), await directoryOf(ORGS)];
    expect(isQuorate(provingPolicy({ held: none, next: some }, NOW), [])).toBe(true);
    const gone = provingPolicy({ held: some, next: some }, later);
    expect(
      isQuorate(
        gone,
        [...provingPolicy({ held: some, next: some }, NOW).witnesses.values()].map((key) => ({ key })),
      ),
    ).toBe(false);
    expect(isQuorate(gone, [])).toBe(false);
  });
});

describe('gateway: while a change of the directory is not proved, it does not make fewer witnesses enough for records', () => {
  /** How many of the first seven must cosign while a version with this change is pending, and how many count. */
  const neededOf = async (
    held: Parameters<typeof directoryOf>[1],
    change: Parameters<typeof directoryOf>[1],
  ): Promise<readonly (number | undefined)[]> => {
    const pending = { held: await directoryOf(ORGS, held), next: await directoryOf(ORGS, change) };
    const left = withoutAdditions(pending.held, pending.next);
    const directory = { current: () => left, pending: () => pending };
    const { groups, quorum, witnesses } = recordPolicyIn({ directory, clock: () => NOW })();
    return [groups.get(quorum)?.threshold, witnesses.size];
  };
  const [one, five] = [ORGS.slice(0, 1), ORGS.slice(0, 5)];

  test.each([
    { what: 'nothing that witnesses care about', change: {}, needed: [5, 7] },
    { what: 'a first list of witnesses', change: { named: five }, needed: [5, 7] },
    { what: 'the next list', held: { named: ORGS }, change: { named: five }, needed: [5, 7] },
    { what: 'new keys of three', change: { renewed: ORGS.slice(0, 3) }, needed: [5, 7] },
    {
      what: 'new keys of all',
      held: { named: five },
      change: { named: five, renewed: ORGS },
      needed: [4, 5],
    },
    { what: 'the end of three keys', change: { revoked: ORGS.slice(0, 3) }, needed: [5, 4] },
    {
      what: 'the end of one key',
      held: { named: five },
      change: { named: five, revoked: one },
      needed: [4, 4],
    },
  ])('$what', async ({ held = {}, change, needed }) => {
    expect(await neededOf(held, change)).toEqual(needed);
  });
});
