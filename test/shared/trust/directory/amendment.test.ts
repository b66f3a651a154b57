import { beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import {
  type Directory,
  openDirectory,
  signDirectory,
  signedVersionIn,
} from '../../../../services/shared/trust/directory.js';
import { type Amendment, amendmentParts } from '../../../../services/shared/trust/directory/amendment.js';
import {
  openShownDirectory,
  showDirectory,
} from '../../../../services/shared/trust/directory/shown-directory.js';
import { signAmendment } from '../../../../services/shared/trust/directory/sign-amendment.js';
import { checkSuccession, isFork } from '../../../../services/shared/trust/directory/succession.js';
import type { DirectorySource } from '../../../../services/shared/trust/directory-source.js';
import { generateKey, importSigner, type Signer } from '../../../../services/shared/trust/keys.js';
import { signSet } from '../../../../services/shared/trust/signed-set.js';
import { frames } from '../../../../services/shared/wire/frames.js';
import { entryOf, makeFederation, refused, type TestFederation } from '../federation.js';

const KEY = 'hub:directory:1';
const EUROPOL = parseOrgId('europol');
const DAY = '2026-06-03T00:00:00Z';

let federation: TestFederation;
let key: Signer;
let amendment: Amendment;
beforeAll(async () => {
  federation = await makeFederation();
  key = federation.signer(KEY);
  amendment = amendmentOf();
});

/** The renewal of the version of the root, which changes nothing else. */
function amendmentOf(of: Directory = federation.directory): Amendment {
  return {
    head: {
      version: of.version + 1,
      previous: of.digest,
      issuedAt: DAY,
      nextUpdate: '2026-06-10T00:00:00Z',
      base: of.base.digest,
    },
    hub: { contract: 1, serves: ['delivery'], revoked: [] },
    organisations: ['europol', 'afripol'].map((id) => ({ id, revoked: [] })),
  };
}

interface ForgeParams {
  readonly signer?: Signer;
  readonly frame?: Uint8Array;
  readonly parts?: readonly object[];
  readonly iat?: number;
}
/** Signs an amendment as the holder of a key would who keeps to no rule. */
async function forged(content: Amendment, params: ForgeParams = {}): Promise<Uint8Array> {
  const { signer = key, frame = federation.directory.frame, parts = amendmentParts(content) } = params;
  const iat = params.iat ?? Date.parse(content.head.issuedAt) / 1000;
  const set = { typ: 'directory-amendment+jws', claims: { iss: 'hub', iat }, parts, signer } as const;
  return frames.directory.encode({
    directory: signedVersionIn(frame).directory,
    amendment: await signSet(set),
  });
}
const open = async (frame: Promise<Uint8Array>): Promise<Directory> =>
  openDirectory(await frame, federation.anchor);
const wanted = (change: Partial<DirectorySource> = {}): DirectorySource => ({
  ...federation.source,
  version: 2,
  previous: federation.directory.digest,
  issuedAt: DAY,
  nextUpdate: '2026-06-10T00:00:00Z',
  ...change,
});
/** A member of the wanted version, changed. */
const changing = (id: string, change: object): DirectorySource => {
  const { organisations } = federation.source;
  return wanted({ organisations: { ...organisations, [id]: { ...organisations[id], ...change } } as never });
};
const sign = (source: DirectorySource): Promise<Uint8Array | undefined> =>
  signAmendment(federation.directory.frame, source, { signer: key });

describe('a directory key', () => {
  test('renews, revokes and suspends, and each version is opened by the key of the root alone', async () => {
    const { keys } = federation.source.organisations['europol']!;
    const revoked = keys.map((entry, at) => (at === 0 ? { ...entry, revokedAt: DAY } : entry));
    const frame = await sign(changing('europol', { suspendedAt: DAY, keys: revoked }));
    const opened = await open(Promise.resolve(frame!));
    expect(opened).toMatchObject({
      version: 2,
      signedBy: KEY,
      base: { version: 1 },
      issuedAt: new Date(DAY),
    });
    expect(opened.key('europol:notice:1')?.revokedAt).toEqual(new Date(DAY));
    expect(opened.organisations.get(EUROPOL)?.suspendedAt).toEqual(new Date(DAY));
    expect(() => checkSuccession(federation.directory, opened)).not.toThrow();
  });

  test('lifts its own suspension, and not one of the root', async () => {
    const suspended = await sign(changing('europol', { suspendedAt: DAY }));
    const lifted = await signAmendment(suspended!, wanted({ version: 3 }), { signer: key });
    expect((await open(Promise.resolve(lifted!))).organisations.get(EUROPOL)?.suspendedAt).toBeUndefined();
    const byRoot = await signDirectory(changing('europol', { suspendedAt: DAY }), federation.root);
    expect(await signAmendment(byRoot, wanted({ version: 3 }), { signer: key })).toBeUndefined();
    const content = {
      ...amendment.head,
      version: 3,
      base: (await openDirectory(byRoot, federation.anchor)).digest,
    };
    const later = { id: 'europol', suspendedAt: '2026-06-09T00:00:00Z', revoked: [] };
    for (const first of [{ id: 'europol', revoked: [] }, later]) {
      const organisations = [first, ...amendment.organisations.slice(1)];
      const kept = await open(forged({ ...amendment, head: content, organisations }, { frame: byRoot }));
      expect(kept.organisations.get(EUROPOL)?.suspendedAt).toEqual(new Date(DAY));
    }
  });

  test.each([
    [
      'a member',
      () =>
        wanted({
          organisations: {
            ...federation.source.organisations,
            interpol: federation.source.organisations['europol']!,
          },
        }),
    ],
    [
      'a key of a use that its owner has none of',
      () =>
        changing('europol', {
          keys: [
            ...federation.source.organisations['europol']!.keys,
            entryOf(federation.jwk('europol:notice:1'), { kid: 'europol:policy:1' }),
          ],
        }),
    ],
    [
      'a key of the directory',
      () =>
        wanted({
          hub: {
            ...federation.source.hub,
            keys: [...federation.source.hub.keys, entryOf(federation.jwk(KEY), { kid: 'hub:directory:2' })],
          },
        }),
    ],
    [
      'a later end of a key',
      () =>
        changing('europol', {
          keys: federation.source.organisations['europol']!.keys.map((entry) => ({
            ...entry,
            notAfter: '2031-01-01T00:00:00Z',
          })),
        }),
    ],
    ['a group', () => changing('europol', { groups: ['regional', 'judicial-channel'] })],
    ['an accreditation', () => changing('europol', { accreditedFor: ['basic', 'confidential'] })],
    ['an agreement', () => changing('europol', { agreements: ['afripol'] })],
    ['a name', () => changing('europol', { name: 'Another name' })],
    ['a larger quota', () => changing('europol', { quotas: { perMinute: 10_000 } })],
  ])('signs no version with %s: the root must', async (_, source) => {
    expect(await sign(source())).toBeUndefined();
  });

  test.each([
    ['a group of a member', 'schema-invalid', { organisation: { groups: ['judicial-channel'] } }],
    ['a key of a member', 'schema-invalid', { organisation: { keys: [{ kid: 'europol:policy:1' }] } }],
    ['a key of the hub', 'schema-invalid', { hub: { keys: [{ kid: 'hub:directory:2' }] } }],
    [
      'a revocation of a key of another owner',
      'key-unknown',
      { organisation: { revoked: [{ kid: 'afripol:notice:1', revokedAt: DAY }] } },
    ],
    [
      'what was recorded before it',
      'directory-older',
      { hub: { revoked: [{ kid: 'hub:hub:1', revokedAt: '2026-05-31T23:59:59Z' }] } },
    ],
    ['a version that is not after that of the root', 'directory-older', { head: { version: 1 } }],
    [
      'a number that leaves the root no later one',
      'schema-invalid',
      { head: { version: Number.MAX_SAFE_INTEGER } },
    ],
    ['an end after 14 days', 'schema-invalid', { head: { nextUpdate: '2026-06-17T00:00:01Z' } }],
    [
      'another version of the root than it is beside',
      'digest-mismatch',
      { head: { base: digest('another') } },
    ],
    ['a lower contract of the hub', 'schema-invalid', { hub: { contract: 0 } }],
  ])(
    'that is stolen cannot amend %s: %s',
    async (_, code, { head, hub, organisation }: { head?: object; hub?: object; organisation?: object }) => {
      const [first, ...others] = amendment.organisations;
      const changed = {
        head: { ...amendment.head, ...head },
        hub: { ...amendment.hub, ...hub },
        organisations: [{ ...first, ...organisation }, ...others],
      } as Amendment;
      await refused(open(forged(changed)), code);
    },
  );

  test('that is stolen admits no member: an amendment is about the members of the root', async () => {
    const organisations = [...amendment.organisations, { id: 'interpol', revoked: [] }];
    await refused(open(forged({ ...amendment, organisations })), 'digest-mismatch');
    await refused(
      open(forged({ ...amendment, organisations: amendment.organisations.toReversed() })),
      'schema-invalid',
    );
  });

  test('that is stolen signs no whole version: only the root does', async () => {
    const parts = [{ type: 'head' }];
    const claims = { iss: 'hub', iat: Date.parse(DAY) / 1000 };
    const directory = await signSet({ typ: 'directory+jws', claims, parts, signer: key });
    await refused(open(Promise.resolve(frames.directory.encode({ directory }))), 'key-unknown');
  });

  test.each(['hub:hub:1', 'europol:notice:1', 'root:root:1'])(
    'is of no other use: %s amends nothing',
    async (kid) => {
      await refused(open(forged(amendment, { signer: federation.signer(kid) })), 'key-unknown');
    },
  );

  test('that another directory lists, or that the root revoked, amends nothing', async () => {
    const stranger = await importSigner(await generateKey(KEY));
    await refused(open(forged(amendment, { signer: stranger })), 'signature-invalid');
    const keys = federation.source.hub.keys.map((entry) =>
      entry.kid === KEY ? { ...entry, revokedAt: DAY } : entry,
    );
    const frame = await signDirectory(
      { ...federation.source, hub: { ...federation.source.hub, keys } },
      federation.root,
    );
    const of = await openDirectory(frame, federation.anchor);
    await refused(open(forged(amendmentOf(of), { frame })), 'key-revoked');
  });

  test('signs nothing after its end, and nothing with another time than the version says', async () => {
    const head = { ...amendment.head, issuedAt: '2027-01-02T00:00:00Z', nextUpdate: '2027-01-09T00:00:00Z' };
    await refused(open(forged({ ...amendment, head })), 'key-expired');
    await refused(open(forged({ ...amendment, head }, { iat: Date.parse(DAY) / 1000 })), 'token-malformed');
  });
});

describe('an amended version', () => {
  test('follows one that rests on the same or an earlier version of the root, never on a later one', async () => {
    const amended = await open(forged(amendment));
    const byRoot = await openDirectory(
      await signDirectory(wanted({ version: 3, previous: amended.digest }), federation.root),
      federation.anchor,
    );
    expect(() => checkSuccession(amended, byRoot)).not.toThrow();
    const head = { ...amendment.head, version: 4, previous: byRoot.digest };
    const older = await open(forged({ ...amendment, head }));
    expect(() => checkSuccession(byRoot, older)).toThrow('rests on version 1 of the root');
    expect(isFork(byRoot, older)).toBe(false);
  });

  test('beside another one of its number, or on another version of the root, is a fork', async () => {
    const one = await open(forged(amendment));
    const two = await open(forged(amendment));
    expect(isFork(one, two)).toBe(true);
    const frame = await signDirectory(federation.source, federation.root);
    const of = await openDirectory(frame, federation.anchor);
    const head = { ...amendmentOf(of).head, version: 7 };
    const other = await open(forged({ ...amendment, head }, { frame }));
    expect(isFork(one, other)).toBe(true);
    expect(() => checkSuccession(one, other)).toThrow('two directories of the root');
  });

  test('of a key that was revoked does not follow, although it says so itself', async () => {
    const revoked = [{ kid: KEY, revokedAt: DAY }];
    const held = await open(forged({ ...amendment, hub: { ...amendment.hub, revoked } }));
    const head = { ...amendment.head, version: 3, previous: held.digest };
    const next = await open(forged({ ...amendment, head, hub: { ...amendment.hub, revoked } }));
    expect(() => checkSuccession(federation.directory, held)).not.toThrow();
    expect(() => checkSuccession(held, next)).toThrow('was revoked');
  });

  test('shown as one organisation has its dates, and is refused without what amends them', async () => {
    const [first, ...others] = amendment.organisations;
    const suspended = { ...first, id: 'europol', suspendedAt: DAY, revoked: [] };
    const frame = await forged({ ...amendment, organisations: [suspended, ...others] });
    const shown = showDirectory(frame, { organisations: new Set(['europol']), persons: new Set() });
    const opened = await openShownDirectory(shown, federation.anchor);
    expect([...opened.organisations.keys()]).toEqual(['europol']);
    expect(opened.organisations.get(EUROPOL)?.suspendedAt).toEqual(new Date(DAY));
    const parts = shown.amendment!.parts.slice(0, 2);
    const withheld = { ...shown, amendment: { ...shown.amendment!, parts } };
    await refused(openShownDirectory(withheld, federation.anchor), 'digest-mismatch');
    const text = Buffer.from(JSON.stringify(shown)).toString();
    for (const { part } of shown.amendment!.parts)
      expect(Buffer.from(part, 'base64url').toString()).not.toContain('afripol');
    expect(text).not.toContain('afripol');
  });
});
