import { beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import {
  type Directory,
  openDirectory,
  signDirectory,
  signedVersionIn,
} from '../../../../services/shared/trust/directory.js';
import type { AddedKey } from '../../../../services/shared/trust/directory/added-key.js';
import { type Amendment, amendmentParts } from '../../../../services/shared/trust/directory/amendment.js';
import { signKeyRequest } from '../../../../services/shared/trust/directory/key-request.js';
import {
  openShownDirectory,
  showDirectory,
} from '../../../../services/shared/trust/directory/shown-directory.js';
import { signAmendment } from '../../../../services/shared/trust/directory/sign-amendment.js';
import { checkSuccession } from '../../../../services/shared/trust/directory/succession.js';
import { sourceIn } from '../../../../services/shared/trust/directory/version-source.js';
import type { KeyEntry } from '../../../../services/shared/trust/directory-key.js';
import type { DirectorySource } from '../../../../services/shared/trust/directory-source.js';
import type { PrivateJwk } from '../../../../services/shared/trust/jwk.js';
import { generateKey, publicJwk } from '../../../../services/shared/trust/keys.js';
import { signSet } from '../../../../services/shared/trust/signed-set.js';
import { frames } from '../../../../services/shared/wire/frames.js';
import { entryOf, makeFederation, refused, type TestFederation } from '../federation.js';

const EUROPOL = parseOrgId('europol');
const [MADE, DAY, END] = ['2026-06-02T00:00:00Z', '2026-06-03T00:00:00Z', '2028-06-02T00:00:00Z'];
const IAT = Date.parse(DAY) / 1000;
const NEXT = ['receipt:2', 'receipt:3', 'receipt:4', 'receipt:5', 'receipt:6', 'policy:2', 'witness:1'];
const PERSON = 'A. Anna';

let federation: TestFederation;
const more = new Map<string, PrivateJwk>();
/** The key of europol with this name, or of another owner. */
const jwk = (name: string): PrivateJwk => {
  const kid = name.split(':').length === 3 ? name : `europol:${name}`;
  return more.get(kid) ?? federation.jwk(kid);
};
const entries = (change: Partial<KeyEntry> = {}): readonly KeyEntry[] => [
  ...federation.source.organisations['europol']!.keys.map((entry) =>
    entry.kid === 'europol:receipt:1' ? { ...entry, ...change } : entry,
  ),
  entryOf(jwk('policy:1')),
  entryOf(jwk('approver:1'), { person: PERSON }),
];
/** The version of the root in which europol has a policy key and an approver too. */
async function rootVersion(change?: Partial<KeyEntry>): Promise<Directory> {
  const { source, root, anchor } = federation;
  const organisations = {
    ...source.organisations,
    europol: { ...source.organisations['europol']!, keys: entries(change) },
  };
  return openDirectory(await signDirectory({ ...source, organisations }, root), anchor);
}

let base: Directory;
beforeAll(async () => {
  federation = await makeFederation();
  for (const name of ['policy:1', 'approver:1', ...NEXT])
    more.set(`europol:${name}`, await generateKey(`europol:${name}`));
  base = await rootVersion();
});

/** A request for the key with this name, signed by it and by these. */
const asked = (name: string, signers: readonly string[], claims: object = {}): Promise<string> => {
  const wish = { type: 'next', key: publicJwk(jwk(name)) } as const;
  const all = { iss: EUROPOL, aud: 'demo', iat: IAT, wish, ...claims };
  return signKeyRequest(all, [name, ...signers].map(jwk));
};
const adding = async (request: Promise<string>, dates: Partial<AddedKey> = {}): Promise<AddedKey> => ({
  request: await request,
  notBefore: DAY,
  notAfter: END,
  ...dates,
});

interface ForgeParams {
  readonly of?: Directory;
  readonly head?: object;
  readonly europol?: object;
  readonly afripol?: object;
  readonly hub?: object;
}
/** Signs an amendment as a thief of the directory key would, and opens it. */
async function forged({ of = base, head, europol, afripol, hub }: ForgeParams): Promise<Directory> {
  const content = {
    head: {
      version: of.version + 1,
      previous: of.digest,
      issuedAt: '2026-06-04T00:00:00Z',
      nextUpdate: '2026-06-11T00:00:00Z',
      base: of.base.digest,
      ...head,
    },
    hub: { contract: 1, serves: ['delivery'], revoked: [], ...hub },
    organisations: [
      { id: 'europol', revoked: [], ...europol },
      { id: 'afripol', revoked: [], ...afripol },
    ],
  } as Amendment;
  const iat = Date.parse(content.head.issuedAt) / 1000;
  const signer = federation.signer('hub:directory:1');
  const set = { typ: 'directory-amendment+jws', claims: { iss: 'hub', iat } } as const;
  const amendment = await signSet({ ...set, parts: amendmentParts(content), signer });
  const { directory } = signedVersionIn(of.frame);
  return openDirectory(frames.directory.encode({ directory, amendment }), federation.anchor);
}
const forgedWith = async (...added: readonly Promise<AddedKey>[]): Promise<Directory> =>
  forged({ europol: { added: await Promise.all(added) } });

/** The request with the signature at this place taken from another one. */
async function mixed(place: number): Promise<string> {
  const [one, other] = (
    await Promise.all([IAT, IAT - 1].map((iat) => asked('receipt:2', ['receipt:1'], { iat })))
  ).map((text) => JSON.parse(text) as { readonly signatures: readonly object[] });
  const signatures = one!.signatures.map((own, at) => (at === place ? other!.signatures[at] : own));
  return JSON.stringify({ ...one, signatures });
}

/** A valid request that is longer than one beside a version may be. */
const padded = async (): Promise<string> =>
  (await asked('receipt:2', ['receipt:1'])).replace('{', `{${' '.repeat(2_000)}`);

describe('the keys of an amendment', () => {
  test.each([
    ['without the signature of its predecessor', 'key-invalid', () => asked('receipt:2', [])],
    ['with another signature of its predecessor', 'signature-invalid', () => mixed(1)],
    ['that did not sign the request itself', 'signature-invalid', () => mixed(0)],
    ['that a key of another use asks for', 'key-invalid', () => asked('receipt:2', ['notice:1'])],
    ['that another organisation asks for', 'key-unknown', () => asked('receipt:2', ['afripol:receipt:1'])],
    ['of a use that its owner has none of', 'key-invalid', () => asked('witness:1', ['receipt:1'])],
    ['with another number than the next', 'key-invalid', () => asked('receipt:3', ['receipt:1'])],
    [
      'of another federation',
      'audience-mismatch',
      () => asked('receipt:2', ['receipt:1'], { aud: 'another' }),
    ],
    [
      'that was asked for more than 7 days before it begins',
      'expired',
      () => asked('receipt:2', ['receipt:1'], { iat: IAT - 7 * 86_400 }),
    ],
    [
      'that begins before it was asked for',
      'issued-in-future',
      () => asked('receipt:2', ['receipt:1'], { iat: IAT + 121 }),
    ],
    ['for which a person must ask', 'key-invalid', () => asked('policy:2', ['policy:1', 'approver:1'])],
    [
      'by a request to revoke one',
      'key-invalid',
      () => asked('receipt:1', [], { wish: { type: 'revoke', kid: 'europol:receipt:1', since: IAT } }),
    ],
  ])('a stolen directory key adds no key %s', async (_, code, request) => {
    await refused(forgedWith(adding(request())), code);
  });

  test('a stolen directory key adds no key under the id of its predecessor that another key signed', async () => {
    const thief = await generateKey('europol:receipt:1');
    const wish = { type: 'next', key: publicJwk(jwk('receipt:2')) } as const;
    const claims = { iss: EUROPOL, aud: 'demo', iat: IAT, wish };
    await refused(forgedWith(adding(signKeyRequest(claims, [jwk('receipt:2'), thief]))), 'signature-invalid');
  });

  test.each([
    ['before the version of the root', { notBefore: '2026-05-31T23:59:59Z' }, 'begins before'],
    ['after the amended version', { notBefore: '2026-06-04T00:00:01Z' }, 'begins before'],
    ['and ends after more than two years', { notAfter: '2028-06-02T00:00:01Z' }, 'for two years at most'],
  ])('a stolen directory key adds no key that begins %s', async (_, dates, message) => {
    const iat = IAT - 3 * 86_400;
    const added = adding(asked('receipt:2', ['receipt:1'], { iat }), dates);
    expect(await refused(forgedWith(added), 'key-invalid')).toMatchObject({
      message: expect.stringContaining(message) as string,
    });
  });

  test('a stolen directory key adds no key to another organisation than the one that asked, or to the hub', async () => {
    const added = [await adding(asked('receipt:2', ['receipt:1']))];
    await refused(forged({ afripol: { added } }), 'key-invalid');
    await refused(forged({ hub: { added } }), 'schema-invalid');
  });

  test('a stolen directory key adds no key with more in it than a request and its dates', async () => {
    const one = { ...(await adding(asked('receipt:2', ['receipt:1']))), person: PERSON };
    await refused(forged({ europol: { added: [one] } }), 'schema-invalid');
    await refused(forged({ europol: { added: [] } }), 'schema-invalid');
    await refused(forgedWith(adding(padded())), 'schema-invalid');
  });

  test('a stolen directory key adds no key that a key asked for which the root or the same version had revoked', async () => {
    const added = [await adding(asked('receipt:2', ['receipt:1']))];
    const of = await rootVersion({ revokedAt: '2026-05-31T00:00:00Z' });
    await refused(forged({ of, europol: { added } }), 'key-revoked');
    const revoked = [{ kid: 'europol:receipt:1', revokedAt: MADE }];
    await refused(forged({ europol: { added, revoked } }), 'key-revoked');
  });

  test('a stolen directory key adds no key that an expired key asked for', async () => {
    const of = await rootVersion({ notAfter: '2026-06-02T12:00:00Z' });
    const added = [await adding(asked('receipt:2', ['receipt:1']))];
    await refused(forged({ of, europol: { added } }), 'key-expired');
  });

  test('a stolen directory key adds no key beside a first successor, and none after four in 30 days', async () => {
    const second = forgedWith(
      adding(asked('receipt:2', ['receipt:1'])),
      adding(asked('receipt:3', ['receipt:1'])),
    );
    await refused(second, 'request-used');
    const chain = [2, 3, 4, 5, 6].map((n) => adding(asked(`receipt:${n}`, [`receipt:${n - 1}`])));
    expect((await forgedWith(...chain.slice(0, 4))).key('europol:receipt:5')).toBeDefined();
    await refused(forgedWith(...chain), 'key-invalid');
  });

  test('a stolen directory key adds no key dated before a revocation that gateways hold', async () => {
    const revoked = [{ kid: 'europol:receipt:1', revokedAt: '2026-06-04T00:00:00Z' }];
    const held = await forged({ europol: { revoked } });
    const added = [await adding(asked('receipt:2', ['receipt:1']))];
    const head = { version: 3, previous: held.digest };
    const next = await forged({ head, europol: { revoked, added } });
    expect(() => checkSuccession(base, next)).not.toThrow();
    expect(() => checkSuccession(held, next)).toThrow('which asked for `europol:receipt:2`, was revoked');
  });
});

describe('a directory key', () => {
  /** The version after this one, in which europol has these keys. */
  const wantedAfter = (
    before: Directory,
    change: (keys: readonly KeyEntry[]) => readonly KeyEntry[],
  ): DirectorySource => {
    const source = sourceIn(before.frame);
    const europol = source.organisations['europol']!;
    return {
      ...source,
      version: before.version + 1,
      previous: before.digest,
      issuedAt: '2026-06-04T00:00:00Z',
      nextUpdate: '2026-06-11T00:00:00Z',
      organisations: { ...source.organisations, europol: { ...europol, keys: change(europol.keys) } },
    };
  };
  const signed = async (before: Directory, wanted: DirectorySource, request?: string): Promise<Directory> => {
    const signer = federation.signer('hub:directory:1');
    const frame = await signAmendment(before.frame, wanted, { signer, request });
    const next = await openDirectory(frame!, federation.anchor);
    checkSuccession(before, next);
    return next;
  };
  const entry = (name: string, askedBy: string): KeyEntry =>
    entryOf(jwk(name), { notBefore: DAY, notAfter: END, askedBy: `europol:${askedBy}` });
  const withSecond = async (): Promise<Directory> =>
    signed(
      base,
      wantedAfter(base, (keys) => [...keys, entry('receipt:2', 'receipt:1')]),
      await asked('receipt:2', ['receipt:1']),
    );

  test('lists the next key that its predecessor asked for, in this version and those after it', async () => {
    const second = await withSecond();
    expect(second).toMatchObject({ version: 2, signedBy: 'hub:directory:1', base: { version: 1 } });
    expect(second.key('europol:receipt:2')).toMatchObject({
      askedBy: 'europol:receipt:1',
      notBefore: new Date(DAY),
      notAfter: new Date(END),
    });
    const third = await signed(
      second,
      wantedAfter(second, (keys) => [...keys, entry('receipt:3', 'receipt:2')]),
      await asked('receipt:3', ['receipt:2']),
    );
    expect([2, 3].map((n) => third.key(`europol:receipt:${n}`)?.x)).toEqual(
      ['receipt:2', 'receipt:3'].map((name) => jwk(name).x),
    );
  });

  test('revokes a key that it listed, and the key that asked for it', async () => {
    const second = await withSecond();
    const revokedAt = '2026-06-04T00:00:00Z';
    const revoking = wantedAfter(second, (keys) =>
      keys.map((one) => (one.kid.includes('receipt') ? { ...one, revokedAt } : one)),
    );
    const third = await signed(second, revoking);
    for (const kid of ['europol:receipt:1', 'europol:receipt:2'])
      expect(third.key(kid)?.revokedAt).toEqual(new Date(revokedAt));
  });

  test('lists no key without its request, or with a long one: the root must', async () => {
    const wanted = wantedAfter(base, (keys) => [...keys, entry('receipt:2', 'receipt:1')]);
    const signer = federation.signer('hub:directory:1');
    expect(await signAmendment(base.frame, wanted, { signer })).toBeUndefined();
    for (const request of [await asked('receipt:3', ['receipt:1']), await padded()])
      expect(await signAmendment(base.frame, wanted, { signer, request })).toBeUndefined();
  });

  test('is followed by a version of the root that lists the key itself', async () => {
    const second = await withSecond();
    const wanted = wantedAfter(second, (keys) => keys);
    const third = await openDirectory(await signDirectory(wanted, federation.root), federation.anchor);
    expect(() => checkSuccession(second, third)).not.toThrow();
    const fourth = await signed(
      third,
      wantedAfter(third, (keys) => keys),
    );
    expect(fourth.key('europol:receipt:2')?.x).toBe(jwk('receipt:2').x);
  });

  test('shows the added key of an organisation with it, and the name of no person', async () => {
    const second = await withSecond();
    const owners = { organisations: new Set(['europol']), persons: new Set<string>() };
    const shown = showDirectory(second.frame, owners);
    const opened = await openShownDirectory(shown, federation.anchor);
    expect(opened.key('europol:receipt:2')?.x).toBe(jwk('receipt:2').x);
    for (const { part } of [...shown.parts, ...shown.amendment!.parts])
      expect(Buffer.from(part, 'base64url').toString()).not.toContain(PERSON);
  });
});
