import { describe, expect, test } from 'vitest';
import { newSeed, publicNkey } from '../../../../services/shared/bus/nkeys.js';
import { errorFrom, type LiaisonError } from '../../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { judgeKeyRequest } from '../../../../services/shared/trust/directory/judge-key-request.js';
import { askedKid } from '../../../../services/shared/trust/directory/key-request-claims.js';
import { openKeyRequest, signKeyRequest } from '../../../../services/shared/trust/directory/key-request.js';
import { listedKeyOf } from '../../../../services/shared/trust/directory-key.js';
import { openDirectory, signDirectory } from '../../../../services/shared/trust/directory.js';
import type { PrivateJwk } from '../../../../services/shared/trust/jwk.js';
import { generateKey } from '../../../../services/shared/trust/keys.js';
import { IAT, makeFederation, NOW } from '../federation.js';

const ORG = parseOrgId('europol');
const [notice, receipt, foreign] = await Promise.all(
  ['europol:notice:1', 'europol:receipt:1', 'afripol:notice:1'].map(generateKey),
);
const [present, next, other] = [newSeed(), newSeed(), newSeed()];

const { source, root, anchor } = await makeFederation();
const listed = (...keys: readonly PrivateJwk[]) =>
  keys.map((key) => ({
    kid: key.kid,
    ...listedKeyOf(key),
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2027-01-01T00:00:00Z',
  }));
const { europol, afripol } = source.organisations;
const organisations = {
  ...source.organisations,
  europol: { ...europol!, keys: listed(notice!, receipt!) },
  afripol: { ...afripol!, keys: listed(foreign!) },
};
const directory = await openDirectory(await signDirectory({ ...source, organisations }, root), anchor);

interface Change {
  readonly keys?: readonly PrivateJwk[];
  readonly seeds?: { readonly next?: string; readonly replaced?: string };
  readonly wish?: { readonly nkey?: string; readonly replaces?: string };
}

/** A request for the nkey of `next`, by default with all signatures. */
const requested = ({ keys = [notice!], seeds = { next, replaced: present }, wish = {} }: Change = {}) => {
  const named = { type: 'nkey', nkey: publicNkey(next), replaces: publicNkey(present), ...wish } as const;
  return signKeyRequest({ iss: ORG, aud: 'demo', iat: IAT, wish: named }, keys, seeds);
};

/** The claims of a request that names no nkey to replace. */
const REPLACES_NONE = {
  iss: ORG,
  aud: 'demo',
  iat: IAT,
  wish: { type: 'nkey', nkey: publicNkey(next) },
} as const;

async function judged(text: string) {
  const request = await openKeyRequest(text, { directory, now: NOW, org: ORG });
  return { ...judgeKeyRequest(request, directory, NOW), kid: askedKid(request) };
}

const failureOf = (text: Promise<string>): Promise<LiaisonError | undefined> =>
  text.then(judged).then(() => undefined, errorFrom);

describe('a request for the next nkey of a member', () => {
  test('signed by both nkeys and a notice key needs no person; the hub compares the one that it replaces', async () => {
    expect(await judged(await requested())).toEqual({
      granting: 'automatic',
      askedBy: 'europol:notice:1',
      kid: 'europol:nkey',
    });
  });

  test('for the nkey of its tail has the id `<org>:tail`, and one that names `gateway` as its user is refused', async () => {
    const wish = { ...REPLACES_NONE.wish, user: 'tail', replaces: publicNkey(present) } as const;
    const text = await signKeyRequest({ ...REPLACES_NONE, wish }, [notice!], { next, replaced: present });
    expect(await judged(text)).toMatchObject({ granting: 'automatic', kid: 'europol:tail' });
    const named = { user: 'gateway' } as object;
    expect((await failureOf(requested({ wish: named })))?.code).toBe('schema-invalid');
  });

  test('that replaces none, as after a loss, is granted by a person', async () => {
    const text = await signKeyRequest(REPLACES_NONE, [notice!], { next });
    expect(await judged(text)).toMatchObject({ granting: 'person' });
  });

  test.each<[string, Change, string]>([
    ['no signing key, as by a thief of the nkey', { keys: [] }, 'signature-invalid'],
    ['the key of another use', { keys: [receipt!] }, 'key-invalid'],
    ['the notice key of another member', { keys: [foreign!] }, 'issuer-mismatch'],
    ['the replaced nkey alone', { seeds: { replaced: present } }, 'signature-invalid'],
    ['the next nkey alone', { seeds: { next } }, 'signature-invalid'],
    ['another nkey than the one that it replaces', { seeds: { next, replaced: other } }, 'signature-invalid'],
    [
      'an nkey that it asks for in place of itself',
      { seeds: { next, replaced: next }, wish: { replaces: publicNkey(next) } },
      'key-invalid',
    ],
    ['another nkey than the next one', { seeds: { next: other, replaced: present } }, 'signature-invalid'],
  ])('signed by %s is refused', async (_, change, code) => {
    expect((await failureOf(requested(change)))?.code).toBe(code);
  });

  test('with a signature of an nkey that it does not name is refused', async () => {
    const text = signKeyRequest(REPLACES_NONE, [notice!], { next, replaced: present });
    expect((await failureOf(text))?.code).toBe('key-unknown');
  });

  const damaged = publicNkey(next).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
  test.each([
    ['/wish/nkey', 'a seed', { nkey: next }],
    ['/wish/nkey', 'a public key with a wrong checksum', { nkey: damaged }],
    ['/wish/replaces', 'a seed', { replaces: present }],
  ])('with, at %s, %s is refused there, and no message has the text', async (path, _, wish) => {
    const failure = await failureOf(requested({ wish }));
    expect(failure?.code).toBe('key-invalid');
    expect(failure?.details).toEqual([expect.objectContaining({ path })]);
    const said = JSON.stringify([failure?.message, failure?.details]);
    for (const text of Object.values(wish)) expect(said).not.toContain(text);
  });
});
