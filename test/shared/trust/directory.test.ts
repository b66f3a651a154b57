import { beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import {
  isStale,
  isSuspended,
  openDirectory,
  signDirectory,
} from '../../../services/shared/trust/directory.js';
import type { KeyEntry } from '../../../services/shared/trust/directory-key.js';
import type { DirectorySource } from '../../../services/shared/trust/directory-source.js';
import { parseFederation } from '../../../services/shared/trust/directory-source.js';
import { generateKey, importSigner, publicJwk } from '../../../services/shared/trust/keys.js';
import { entryOf, makeFederation, NOW, refused, type TestFederation } from './federation.js';

let federation: TestFederation;
let operator: KeyEntry;
const europol = parseOrgId('europol');

beforeAll(async () => {
  federation = await makeFederation();
  operator = entryOf(await generateKey('hub:operator:1'));
});

type Change = (source: DirectorySource) => unknown;
const sign = (change: Change): Promise<Uint8Array> =>
  signDirectory(change(federation.source) as DirectorySource, federation.root);

/** Europol's entry changed. */
const member =
  (change: object): Change =>
  (source) => ({
    ...source,
    organisations: { ...source.organisations, europol: { ...source.organisations['europol'], ...change } },
  });
const firstKey =
  (change: object): Change =>
  (source) => {
    const [first, ...rest] = source.organisations['europol']!.keys;
    return member({ keys: [{ ...first, ...change }, ...rest] })(source);
  };

const jwk =
  (change: object): Change =>
  (source) =>
    firstKey({ jwk: { ...source.organisations['europol']!.keys[0]!.jwk, ...change } })(source);
/** The same key under a second id. */
const twice = ({ organisations }: DirectorySource): readonly object[] => {
  const [first] = organisations['europol']!.keys;
  const kid = 'europol:notice:2';
  return [first!, { ...first, kid }];
};

describe('the directory', () => {
  test('opens with the anchor and lists organisations and keys', () => {
    const { directory } = federation;
    expect(directory).toMatchObject({ federation: 'demo', version: 1, previous: null });
    expect([...directory.organisations.keys()]).toEqual(['europol', 'afripol']);
    expect(directory.key('europol:notice:1')).toMatchObject({ owner: 'europol', use: 'notice' });
    expect(directory.key('hub:hub:1')?.owner).toBe('hub');
    expect(directory.key('toString')).toBeUndefined();
  });

  test('names what hub and members speak and serve, and whom to ask', async () => {
    const change = (source: DirectorySource): object => ({
      ...(member({ contract: 2, contact: 'Invented desk, +00 000' })(source) as object),
      hub: { ...source.hub, contract: 3, serves: ['delivery', 'later'] },
    });
    const { hub, organisations } = await openDirectory(await sign(change), federation.anchor);
    expect(hub).toMatchObject({ contract: 3, serves: ['delivery', 'later'] });
    expect(organisations.get(europol)).toMatchObject({ contract: 2, contact: 'Invented desk, +00 000' });
    expect(organisations.get(parseOrgId('afripol'))).toMatchObject({ contract: 1 });
  });

  test('opens with 512 members of six keys, two of them of persons; with seven it is too large, and not signed', {
    tags: ['long'],
  }, async () => {
    const [entry] = Object.values(federation.source.organisations);
    const uses = ['notice:1', 'receipt:1', 'policy:1', 'witness:1', 'approver:1', 'approver:2'];
    const withMembers = async (count: number): Promise<Uint8Array> => {
      const members = Array.from({ length: count }, async (_, index) => {
        const keys = uses.map(async (use) => {
          const person = use.startsWith('approver')
            ? { person: `Invented Person ${index} of the ${use}` }
            : {};
          return entryOf(await generateKey(`member-${index}:${use}`), person);
        });
        const contact = `Invented duty desk of member ${index}, +00 000 000000`;
        return [`member-${index}`, { ...entry, contact, keys: await Promise.all(keys) }] as const;
      });
      const organisations = Object.fromEntries(await Promise.all(members));
      return signDirectory({ ...federation.source, organisations } as DirectorySource, federation.root);
    };
    const frame = await withMembers(512);
    const directory = await openDirectory(frame, federation.anchor);
    expect(directory.organisations.size).toBe(512);
    uses.push('notice:2');
    await refused(withMembers(512), 'oversize');
    await refused(openDirectory(new Uint8Array(1_000_001), federation.anchor), 'oversize');
  });

  test('of another root does not open', async () => {
    const other = await generateKey('root:root:1');
    const jws = await signDirectory(federation.source, await importSigner(other));
    await refused(openDirectory(jws, federation.anchor), 'signature-invalid');
    await refused(openDirectory(jws, publicJwk(await generateKey('root:root:2'))), 'key-unknown');
  });

  test('signed by a key of the hub or of an organisation does not open', async () => {
    for (const kid of ['hub:hub:1', 'europol:notice:1']) {
      const jws = await signDirectory(federation.source, federation.signer(kid));
      await refused(openDirectory(jws, federation.anchor), 'key-unknown');
      await refused(openDirectory(jws, publicJwk(federation.jwk(kid))), 'key-invalid');
    }
  });

  test.each<readonly [string, Change]>([
    ['an unknown member', (source) => ({ ...source, extra: 1 })],
    ['version 0', (source) => ({ ...source, version: 0 })],
    ['a date with an offset', (source) => ({ ...source, nextUpdate: '2026-06-08T00:00:00+02:00' })],
    ['an unknown classification', member({ accreditedFor: ['secret'] })],
    [
      'an organisation called hub',
      (source) => ({ ...source, organisations: { hub: source.organisations['europol'] } }),
    ],
    [
      'an organisation called auditor',
      (source) => ({ ...source, organisations: { auditor: source.organisations['europol'] } }),
    ],
    [
      'an organisation in capitals',
      (source) => ({ ...source, organisations: { Europol: source.organisations['europol'] } }),
    ],
    ['a negative quota', member({ quotas: { perMinute: -1 } })],
    ['a key without an end', firstKey({ notAfter: undefined })],
    ['a member without a contract', member({ contract: undefined })],
    ['contract 0', member({ contract: 0 })],
    ['a contact that is no text', member({ contact: {} })],
    [
      'a hub that serves a question twice',
      (source) => ({ ...source, hub: { ...source.hub, serves: ['a', 'a'] } }),
    ],
  ])('with %s is not signed, and the place is named', async (_name, change) => {
    const error = await refused(
      sign((source) => JSON.parse(JSON.stringify(change(source)))),
      'schema-invalid',
    );
    expect(error.details).toHaveLength(1);
  });

  test.each<readonly [string, Change]>([
    ['a private key', (source) => firstKey({ jwk: federation.jwk('europol:notice:1') })(source)],
    ['a key of an unknown use', firstKey({ kid: 'europol:unknown:1' })],
    ['a key of an unknown type', firstKey({ type: 'ML-DSA-44' })],
    ['a JWK that says more than its type', jwk({ alg: 'EdDSA' })],
    [
      'a key of another organisation',
      (source) => member({ keys: source.organisations['afripol']!.keys })(source),
    ],
    ['a hub key under an organisation', (source) => member({ keys: source.hub.keys })(source)],
    [
      'a notice key under the hub',
      (source) => ({ ...source, hub: { ...source.hub, keys: source.organisations['europol']!.keys } }),
    ],
    ['a person on a notice key', firstKey({ person: 'Invented Person' })],
    [
      'an operator key without a person',
      (source) => ({ ...source, hub: { ...source.hub, keys: [operator] } }),
    ],
    ['an approver key without a person', firstKey({ kid: 'europol:approver:1' })],
    ['an approver key at the hub', firstKey({ kid: 'hub:approver:1', person: 'Invented Person' })],
    ['a key of the log at an organisation', firstKey({ kid: 'europol:log:1' })],
    ['a key of use `directory` at an organisation', firstKey({ kid: 'europol:directory:1' })],
    [
      'a key listed twice',
      (source) => member({ keys: Array(2).fill(source.organisations['europol']!.keys[0]) })(source),
    ],
    ['one key under two ids', (source) => member({ keys: twice(source) })(source)],
    ['a point of small order', jwk({ x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })],
    ['a key in another curve', jwk({ crv: 'X25519' })],
    ['a symmetric key', firstKey({ jwk: { kty: 'oct', k: 'AAAA', x: '' } })],
  ])('with %s is not signed', async (_name, change) => {
    await refused(sign(change), 'key-invalid');
  });

  test('an operator key names its person', async () => {
    const keys = [{ ...operator, person: 'Invented Person' }];
    const { key } = await openDirectory(
      await sign((source) => ({ ...source, hub: { ...source.hub, keys } })),
      federation.anchor,
    );
    expect(key('hub:operator:1')?.person).toBe('Invented Person');
  });

  test('is stale from its `nextUpdate` on', () => {
    const { directory } = federation;
    expect(isStale(directory, new Date('2026-06-07T23:59:59Z'))).toBe(false);
    expect(isStale(directory, new Date('2026-06-08T00:00:00Z'))).toBe(true);
  });

  test('an organisation is inactive from the moment it is suspended, is leaving or has left', async () => {
    for (const ending of ['suspendedAt', 'leavingAt', 'leftAt']) {
      const jws = await sign(member({ [ending]: '2026-06-01T12:00:00Z' }));
      const organisation = (await openDirectory(jws, federation.anchor)).organisations.get(europol)!;
      expect(isSuspended(organisation, new Date(NOW.getTime() - 1))).toBe(false);
      expect(isSuspended(organisation, NOW)).toBe(true);
      expect(organisation.keys).toHaveLength(2);
    }
  });

  test('parseFederation: joins members and directory, and refuses a wrong field with its file and place', () => {
    const { organisations } = federation.source;
    const { keys: _keys, contract: _contract, quotas, ...facts } = organisations['europol']!;
    const directory = { federation: 'demo', quotas };
    const parse = (entry: object, more: object = {}) =>
      parseFederation({ directory: { ...directory, ...more }, members: { members: { europol: entry } } });
    expect(parse(facts)).toEqual({
      federation: 'demo',
      organisations: { europol: { ...facts, quotas } },
    });
    const own = { quotas: { perMinute: 7 }, contact: 'duty officer' };
    expect(parse(facts, { organisations: { europol: own } }).organisations['europol']).toMatchObject(own);
    for (const reserved of ['hub', 'federation', 'others'])
      expect(() => parseFederation({ directory, members: { members: { [reserved]: facts } } })).toThrow();
    for (const [entry, more, path] of [
      [{ ...facts, seat: 1 }, {}, 'federation/members.yaml#/members/europol/seat'],
      [{ ...facts, quotas }, {}, 'federation/members.yaml#/members/europol'],
      [
        facts,
        { organisations: { europol: { groups: [] } } },
        'federation/directory.yaml#/organisations/europol',
      ],
      [
        facts,
        { organisations: { europol: { suspendedAt: '2027-01-31T00:00:00Z' } } },
        'federation/directory.yaml#/organisations/europol',
      ],
      [facts, { organisations: { uropol: own } }, 'federation/directory.yaml#/organisations/uropol'],
    ] as const) {
      expect(() => parse(entry, more)).toThrow(
        expect.objectContaining({ code: 'schema-invalid', details: [expect.objectContaining({ path })] }),
      );
    }
  });
});
