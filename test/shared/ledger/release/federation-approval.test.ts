import { beforeAll, describe, expect, test } from 'vitest';
import { type OrgId, parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { signApproval } from '../../../../services/shared/ledger/release/approval.js';
import {
  type ApprovalRule,
  approvedByMembers,
  quorumOf,
} from '../../../../services/shared/ledger/release/federation-approval.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import type { Directory, Organisation } from '../../../../services/shared/trust/directory.js';
import { createKeyRing, type KeyRing } from '../signers.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const [BEFORE, AFTER] = [new Date('2026-05-01T00:00:00Z'), new Date('2026-07-01T00:00:00Z')];
const MEMBERS = ['alfa', 'bravo', 'charlie'];
const COUNTING = { hosts: new Map(), rule: 'majority' } as const;
const LOOSENING = 'a'.repeat(64);
/** Names the approval of a second person of alfa. */
const SECOND_OF_ALFA = 'alfa, second person';
const about = { digest: digest('a release'), previous: null };

let ring: KeyRing;
const approvals = new Map<string, string>();
beforeAll(async () => {
  ring = createKeyRing();
  const content = { release: about.digest, previous: null, loosenings: [LOOSENING] };
  const approve = async (name: string, kid: string): Promise<void> => {
    const signer = await ring.make(kid);
    approvals.set(name, await signApproval(content, { signer, federation: 'demo', now: NOW }));
  };
  for (const org of [...MEMBERS, 'delta']) await approve(org, `${org}:approver:1`);
  await approve(SECOND_OF_ALFA, 'alfa:approver:2');
});

type Dates = Partial<Pick<Organisation, 'suspendedAt' | 'leftAt'>>;

interface Counting {
  readonly contributors?: readonly OrgId[];
  readonly hosts?: Readonly<Record<string, string>>;
  readonly rule?: ApprovalRule;
}

/** Counts the approvals of these members; the directory lists all four, with these dates. */
function approvedBy(
  by: readonly string[],
  dates: Readonly<Record<string, Dates>> = {},
  { hosts = {}, rule = 'majority', contributors = [] }: Counting = {},
) {
  const listed = [...MEMBERS, 'delta'].map((id) => [parseOrgId(id), { id, ...dates[id] }] as const);
  const directory = { ...ring.directory, organisations: new Map(listed) } as unknown as Directory;
  const release = { ...about, approvals: by.map((org) => approvals.get(org) ?? '') };
  const counting = { members: MEMBERS, hosts: new Map(Object.entries(hosts)), rule, contributors };
  return approvedByMembers(release, { directory, now: NOW, ...counting });
}

describe('approvals of a release of the federation', () => {
  test('more than half of the members must approve it', () => {
    expect([1, 2, 3, 4, 5, 64].map((count) => quorumOf(count, 'majority'))).toEqual([1, 2, 2, 3, 3, 33]);
  });

  test('more than two thirds must approve a change of how releases are approved', () => {
    expect([1, 2, 3, 4, 6, 7, 64].map((count) => quorumOf(count, 'two-thirds'))).toEqual([
      1, 2, 3, 3, 5, 5, 43,
    ]);
  });

  test('two of three members are not enough where more than two thirds must approve it', async () => {
    const rule = { rule: 'two-thirds' } as const;
    const { lacking, loosenings, by } = await approvedBy(['alfa', 'charlie'], {}, rule);
    expect([lacking, [...loosenings], by]).toEqual([
      '3 of 3 members must approve it, and 2 did',
      [],
      'members',
    ]);
    expect((await approvedBy(MEMBERS, {}, rule)).lacking).toBeUndefined();
  });

  test('none approves it where the operator alone decides', async () => {
    const { lacking, by } = await approvedBy([], {}, { rule: 'operator' });
    expect([lacking, by]).toEqual([undefined, 'operator']);
  });

  test('where the operator may decide alone, what opens between other members is approved by a quorum and not by one member', async () => {
    const one = await approvedBy(['alfa'], {}, { rule: 'operator' });
    expect([one.lacking, [...one.loosenings], one.by]).toEqual([undefined, [], 'operator']);
    const two = await approvedBy(['alfa', 'bravo'], {}, { rule: 'operator' });
    expect([two.lacking, [...two.loosenings], two.by]).toEqual([undefined, [LOOSENING], 'members']);
  });

  test('one of several members that all have one host must approve it, also a change of how releases are approved', async () => {
    const hosts = { alfa: 'shared', bravo: 'shared', charlie: 'shared' };
    for (const rule of ['majority', 'two-thirds'] as const) {
      expect((await approvedBy([], {}, { hosts, rule })).lacking).toBe(
        '1 of 1 members must approve it, and 0 did, as members of one host count once',
      );
      const { lacking, loosenings, by } = await approvedBy(['bravo'], {}, { hosts, rule });
      expect([lacking, [...loosenings], by]).toEqual([undefined, [LOOSENING], 'members']);
    }
  });

  test('members of one host count once, whichever of them approves it, also one whose name is that of the host', async () => {
    const hosts = { alfa: 'charlie', bravo: 'charlie' };
    const { lacking, loosenings } = await approvedBy(['alfa', 'bravo'], {}, { hosts });
    expect([lacking, [...loosenings]]).toEqual([
      '2 of 2 members must approve it, and 1 did, as members of one host count once',
      [],
    ]);
    const enough = await approvedBy(['bravo', 'charlie'], {}, { hosts });
    expect([enough.lacking, [...enough.loosenings]]).toEqual([undefined, [LOOSENING]]);
  });

  test('two of three members are enough, and one is not, also with the same approval twice', async () => {
    const enough = await approvedBy(['alfa', 'charlie']);
    expect([enough.lacking, [...enough.loosenings]]).toEqual([undefined, [LOOSENING]]);
    const few = await approvedBy(['alfa', 'alfa']);
    expect([few.lacking, [...few.loosenings]]).toEqual(['2 of 3 members must approve it, and 1 did', []]);
  });

  test('what the rules of a contributor open is approved by two of its persons, not by one and not by other members', async () => {
    const contributors = [parseOrgId('alfa')];
    const one = await approvedBy(['alfa', 'alfa', 'bravo', 'charlie'], {}, { contributors });
    expect(one.byContributor).toEqual([{ org: 'alfa', loosenings: [] }]);
    const both = await approvedBy(['alfa', SECOND_OF_ALFA, 'bravo'], {}, { contributors });
    expect(both.byContributor).toEqual([{ org: 'alfa', loosenings: [LOOSENING] }]);
  });

  test('an organisation that the facts in force do not name approves nothing', async () => {
    const { lacking, faults } = await approvedBy(['alfa', 'delta']);
    expect(lacking).toBe('2 of 3 members must approve it, and 1 did');
    expect(faults).toEqual(['an approval does not count: `delta` is no member in force']);
  });

  test('a suspended member approves nothing and still counts, so that suspending members makes no quorum', async () => {
    const dates = { bravo: { suspendedAt: BEFORE }, charlie: { suspendedAt: BEFORE } };
    expect((await approvedBy(['alfa'], dates)).lacking).toBe('2 of 3 members must approve it, and 1 did');
    expect((await approvedBy(['alfa', 'bravo'], dates)).lacking).toBe(
      '2 of 3 members must approve it, and 1 did',
    );
  });

  test('a member that has left counts no more, and one that leaves later does', async () => {
    expect((await approvedBy(['alfa'], { bravo: { leftAt: BEFORE } })).lacking).toBe(
      '2 of 2 members must approve it, and 1 did',
    );
    const left = { bravo: { leftAt: BEFORE }, charlie: { leftAt: BEFORE } };
    expect((await approvedBy([], left)).lacking).toBeUndefined();
    expect((await approvedBy(['alfa'], { bravo: { leftAt: AFTER } })).lacking).toBe(
      '2 of 3 members must approve it, and 1 did',
    );
  });

  test('an approval by a key that had expired when the release was recorded does not count, whatever date it has', async () => {
    const directory = {
      ...ring.directory,
      organisations: new Map([[parseOrgId('alfa'), { id: 'alfa' }]]),
      key: (kid: string) => ({ ...ring.directory.key(kid), notAfter: NOW }),
    } as unknown as Directory;
    const release = { ...about, approvals: [approvals.get('alfa') ?? ''] };
    const counted = async (recorded: Date) => {
      const reading = { directory, now: AFTER, recorded, members: MEMBERS, ...COUNTING };
      return (await approvedByMembers(release, reading)).faults;
    };
    expect(await counted(NOW)).toEqual([]);
    expect(await counted(new Date(NOW.getTime() + 1_000))).toEqual([
      'an approval does not count: key `alfa:approver:1` had expired when the release was recorded',
    ]);
  });

  test('no approver approves a release of the federation as a whole', async () => {
    const signer = await ring.make('alfa:approver:2');
    const content = { release: about.digest, previous: null, loosenings: null };
    const whole = await signApproval(content, { signer, federation: 'demo', now: NOW });
    const directory = { ...ring.directory, organisations: new Map() } as unknown as Directory;
    const release = { ...about, approvals: [whole] };
    expect(
      (await approvedByMembers(release, { directory, now: NOW, members: MEMBERS, ...COUNTING })).faults,
    ).toEqual([
      'an approval does not count: only the first release of an organisation is approved as a whole',
    ]);
  });

  test('an approval of another release does not count', async () => {
    const directory = { ...ring.directory, organisations: new Map() } as unknown as Directory;
    const release = { ...about, digest: digest('another'), approvals: [approvals.get('alfa') ?? ''] };
    const reading = { directory, now: NOW, members: MEMBERS, ...COUNTING };
    expect((await approvedByMembers(release, reading)).faults).toEqual([
      'an approval does not count: it is about another release',
    ]);
  });
});
