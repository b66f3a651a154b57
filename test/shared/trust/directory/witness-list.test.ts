import { beforeAll, describe, expect, test } from 'vitest';
import type { Code } from '../../../../services/shared/kernel/errors.js';
import { type Directory, openDirectory, signDirectory } from '../../../../services/shared/trust/directory.js';
import type { DirectorySource } from '../../../../services/shared/trust/directory-source.js';
import { verifySuccession } from '../../../../services/shared/trust/directory/succession.js';
import {
  signWitnessApproval,
  witnessApprovals,
  type WitnessChange,
} from '../../../../services/shared/trust/directory/witness-list.js';
import type { WitnessList } from '../../../../services/shared/trust/directory/witness-schema.js';
import { generateKey, importSigner, type Signer } from '../../../../services/shared/trust/keys.js';
import { entryOf, makeFederation, NOW, refused, type TestFederation } from '../federation.js';

const ORGS = ['alfa', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf'] as const;
const FOUR = ['alfa', 'bravo', 'charlie', 'delta'];
const LATER = '2026-06-01T12:01:00Z';

let federation: TestFederation;
/** Seven members with a witness key and two approvers each; their approvers by the ids of their keys. */
let held: Directory;
const approvers = new Map<string, Signer>();

beforeAll(async () => {
  federation = await makeFederation();
  const organisations = await Promise.all(
    ORGS.map(async (org) => {
      const keys = await Promise.all(
        [`${org}:approver:1`, `${org}:approver:2`].map((kid) => generateKey(kid)),
      );
      for (const key of keys) approvers.set(key.kid, await importSigner(key));
      const ofPersons = keys.map((key) => entryOf(key, { person: `Holder of ${key.kid}` }));
      const listed = [entryOf(await generateKey(`${org}:witness:1`)), ...ofPersons];
      return [org, { ...federation.source.organisations['europol']!, keys: listed }] as const;
    }),
  );
  federation = {
    ...federation,
    source: { ...federation.source, organisations: Object.fromEntries(organisations) },
  };
  held = await sign(federation.source);
});

const sign = async (source: DirectorySource): Promise<Directory> =>
  openDirectory(await signDirectory(source, federation.root), federation.anchor);

/** The version after another one, with changes. */
const nextOf = ({ version, digest }: Directory, change: Partial<DirectorySource>): Promise<Directory> =>
  sign({ ...federation.source, version: version + 1, previous: digest, issuedAt: LATER, ...change });

const approve = (kid: string, change: WitnessChange, { of = 'demo', now = NOW } = {}): Promise<string> =>
  signWitnessApproval(change, { signer: approvers.get(kid)!, federation: of, now });

/** A list with the approvals of these keys. */
async function listOf(change: WitnessChange, kids: readonly string[]): Promise<WitnessList> {
  return { ...change, since: LATER, approvals: await Promise.all(kids.map((kid) => approve(kid, change))) };
}

const firstOf = (count: number): readonly string[] => ORGS.slice(0, count).map((org) => `${org}:approver:1`);
const FIRST = { number: 1, members: FOUR };

/** The members of `held` with a change of one. */
function withChange(org: string, change: object): DirectorySource['organisations'] {
  const { organisations } = federation.source;
  return { ...organisations, [org]: { ...organisations[org]!, ...change } };
}

describe('a version of the directory that names the witnesses', () => {
  test('follows if more than two thirds of the earlier witnesses approved, each by one of its approvers', async () => {
    const five = await nextOf(held, { witnesses: await listOf(FIRST, firstOf(5)) });
    await verifySuccession(held, five);
    const four = await nextOf(held, { witnesses: await listOf(FIRST, firstOf(4)) });
    await refused(verifySuccession(held, four), 'not-approved');
    const doubled = await listOf(FIRST, [...firstOf(4), 'alfa:approver:2']);
    await refused(verifySuccession(held, await nextOf(held, { witnesses: doubled })), 'not-approved');
  });

  test('is approved by the members of the list before it, and by none that this list does not name', async () => {
    const first = await nextOf(held, { witnesses: await listOf(FIRST, firstOf(5)) });
    const next = { number: 2, members: ['alfa', 'bravo', 'charlie', 'echo'] };
    const approved = (kids: readonly string[]) =>
      listOf(next, kids).then((witnesses) => nextOf(first, { witnesses }));
    await verifySuccession(first, await approved(firstOf(3)));
    const others = ['alfa:approver:1', 'bravo:approver:1', 'echo:approver:1', 'foxtrot:approver:1'];
    await refused(verifySuccession(first, await approved(others)), 'not-approved');
  });

  test('cannot be followed by one without a list, with an older one, or with another one of its number', async () => {
    const first = await nextOf(held, { witnesses: await listOf({ number: 2, members: FOUR }, firstOf(5)) });
    const refuses = async (code: Code, change: Partial<DirectorySource>) =>
      refused(verifySuccession(first, await nextOf(first, change)), code);
    await refuses('directory-older', {});
    await refuses('directory-older', { witnesses: await listOf(FIRST, firstOf(7)) });
    const other = await listOf({ number: 2, members: [...FOUR, 'echo'] }, firstOf(7));
    await refuses('statement-conflict', { witnesses: other });
    await verifySuccession(first, await nextOf(first, { witnesses: first.witnesses! }));
  });

  test('needs no approval where fewer than two members were witnesses', async () => {
    const { organisations } = federation.source;
    const alone = await sign({ ...federation.source, organisations: { alfa: organisations['alfa']! } });
    await verifySuccession(alone, await nextOf(alone, { witnesses: await listOf(FIRST, []) }));
  });

  test('names 4 to 15 members of that version, in ascending order', async () => {
    const named = (members: readonly string[]) =>
      refused(
        nextOf(held, { witnesses: { number: 1, since: LATER, members, approvals: [] } }),
        'schema-invalid',
      );
    await named(['alfa', 'bravo', 'charlie', 'zulu']);
    await named(['bravo', 'alfa', 'charlie', 'delta']);
    await named(FOUR.slice(1));
  });
});

describe('an approval of a witness list does not count', () => {
  const counted = async (list: WitnessList, directory = held) => (await witnessApprovals(list, directory)).by;

  test.each<[string, () => Promise<string>]>([
    ['for other members', () => approve('alfa:approver:1', { number: 1, members: ['alfa'] })],
    ['for another number', () => approve('alfa:approver:1', { number: 2, members: FOUR })],
    ['for another federation', () => approve('alfa:approver:1', FIRST, { of: 'other' })],
    [
      'more than 30 days before the list',
      () => approve('alfa:approver:1', FIRST, { now: new Date(NOW.getTime() - 31 * 86_400_000) }),
    ],
  ])('%s', async (_, make) => {
    const own = await approve('bravo:approver:1', FIRST);
    expect(await counted({ ...FIRST, since: LATER, approvals: [await make(), own] })).toEqual(['bravo']);
  });

  test('of a key that was revoked or has expired, or that the earlier version does not list', async () => {
    const list = await listOf(FIRST, ['alfa:approver:1', 'bravo:approver:1']);
    const [witness, one, two] = federation.source.organisations['alfa']!.keys;
    const listing = (keys: readonly unknown[]) =>
      nextOf(held, { organisations: withChange('alfa', { keys: keys.filter(Boolean) }) });
    expect(await counted(list, await listing([witness, one, two]))).toEqual(['alfa', 'bravo']);
    const revokedAt = '2026-05-01T00:00:00Z';
    expect(await counted(list, await listing([witness, { ...one, revokedAt }, two]))).toEqual(['bravo']);
    const notAfter = '2026-06-01T12:00:30Z';
    expect(await counted(list, await listing([witness, { ...one, notAfter }, two]))).toEqual(['bravo']);
    expect(await counted(list, await listing([witness, two]))).toEqual(['bravo']);
  });

  test('of a key that the earlier version revokes, whatever date the list has', async () => {
    const list = await listOf(FIRST, ['alfa:approver:1', 'bravo:approver:1']);
    const [witness, one, two] = federation.source.organisations['alfa']!.keys;
    const revoking = await nextOf(held, {
      issuedAt: '2026-06-03T12:00:00Z',
      organisations: withChange('alfa', {
        keys: [witness, { ...one, revokedAt: '2026-06-02T12:00:00Z' }, two],
      }),
    });
    expect(await counted(list, revoking)).toEqual(['bravo']);
  });

  test('of a suspended member, which still counts among those that must approve', async () => {
    const suspended = await nextOf(held, {
      organisations: withChange('alfa', { suspendedAt: '2026-05-01T00:00:00Z' }),
    });
    const { by, needed, faults } = await witnessApprovals(await listOf(FIRST, firstOf(5)), suspended);
    expect([by.length, needed, faults.length]).toEqual([4, 5, 1]);
  });
});
