import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import type { Directory } from '../../../../services/shared/trust/directory.js';
import {
  judgeKeyRequest,
  type JudgedKeyRequest,
  revokedWith,
} from '../../../../services/shared/trust/directory/judge-key-request.js';
import type {
  KeyRequestClaims,
  KeyWish,
} from '../../../../services/shared/trust/directory/key-request-claims.js';
import { openKeyRequest, signKeyRequest } from '../../../../services/shared/trust/directory/key-request.js';
import { type KeyEntry, listedKeyOf } from '../../../../services/shared/trust/directory-key.js';
import { openDirectory, signDirectory } from '../../../../services/shared/trust/directory.js';
import type { PrivateJwk } from '../../../../services/shared/trust/jwk.js';
import { generateKey, publicJwk } from '../../../../services/shared/trust/keys.js';
import { IAT, makeFederation, NOW } from '../federation.js';

const ORG = parseOrgId('europol');
const FIRST = ['notice:1', 'receipt:1', 'policy:1', 'witness:1', 'approver:1', 'approver:2'];
const NEXT = ['receipt:2', 'policy:2', 'approver:3', 'witness:2', 'receipt:3', 'approver:4'];
const KIDS = [...FIRST, ...NEXT].map((name) => `europol:${name}`);
const keys = new Map<string, PrivateJwk>(
  await Promise.all(
    [...KIDS, 'afripol:receipt:1', 'afripol:receipt:2'].map(
      async (kid) => [kid, await generateKey(kid)] as const,
    ),
  ),
);
const jwk = (name: string): PrivateJwk =>
  keys.get(name.includes(':') && keys.has(name) ? name : `europol:${name}`)!;

const PERSONS: Readonly<Record<string, string>> = { 'approver:1': 'A. Anna', 'approver:2': 'B. Ben' };
const entry = (name: string, change: Partial<KeyEntry> = {}): KeyEntry => ({
  kid: jwk(name).kid,
  ...listedKeyOf(jwk(name)),
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  ...(PERSONS[name] === undefined ? {} : { person: PERSONS[name] }),
  ...change,
});

/** The directory in which europol has these keys. */
async function listing(entries: readonly KeyEntry[] = FIRST.map((name) => entry(name))): Promise<Directory> {
  const { source, root, anchor } = await makeFederation();
  const { europol } = source.organisations;
  const organisations = { ...source.organisations, europol: { ...europol!, keys: entries } };
  return openDirectory(await signDirectory({ ...source, organisations }, root), anchor);
}
const directory = await listing();

const next = (name: string, person?: string): KeyWish => ({
  type: 'next',
  key: publicJwk(jwk(name)),
  ...(person === undefined ? {} : { person }),
});
const revoke = (name: string, since = IAT): KeyWish => ({ type: 'revoke', kid: `europol:${name}`, since });
const CLAIMS = { iss: ORG, aud: 'demo', iat: IAT };
const signed = (wish: KeyWish, signers: readonly string[], changed: object = {}): Promise<string> =>
  signKeyRequest({ ...CLAIMS, wish, ...changed } as KeyRequestClaims, signers.map(jwk));

async function ask(
  wish: KeyWish,
  signers: readonly string[],
  { by = directory, at = NOW, changed = {} }: { by?: Directory; at?: Date; changed?: object } = {},
): Promise<JudgedKeyRequest> {
  const text = await signed(wish, signers, changed);
  return judgeKeyRequest(await openKeyRequest(text, { directory: by, now: at, org: ORG }), by, at);
}
const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'taken',
    (error: unknown) => errorFrom(error).code,
  );

describe('a request for the next key of a use', () => {
  test.each(['receipt:2', 'witness:2'])(
    '%s is granted without a person when the present key asks',
    async (name) => {
      const present = name.replace('2', '1');
      expect(await ask(next(name), [name, present])).toEqual({
        granting: 'automatic',
        askedBy: `europol:${present}`,
      });
    },
  );

  test.each([
    ['the key asked for', 0],
    ['the present key', 1],
  ])('needs the signature of %s, over the whole request', async (_, place) => {
    const texts = [0, 1].map((earlier) =>
      signed(next('receipt:2'), ['receipt:2', 'receipt:1'], { iat: IAT - earlier }),
    );
    const [one, other] = (await Promise.all(texts)).map(
      (text) => JSON.parse(text) as { payload: string; signatures: readonly object[] },
    );
    const signatures = one!.signatures.map((own, at) => (at === place ? other!.signatures[at] : own));
    const mixed = JSON.stringify({ ...one, signatures });
    expect(await codeOf(openKeyRequest(mixed, { directory, now: NOW }))).toBe('signature-invalid');
    const without = ['receipt:2', 'receipt:1'].filter((_name, at) => at !== place);
    expect(await codeOf(ask(next('receipt:2'), without))).toBe('signature-invalid');
  });

  test('a stolen receipt key gets no policy key and no approver key', async () => {
    expect(await codeOf(ask(next('policy:2'), ['policy:2', 'receipt:1']))).toBe('key-invalid');
    for (const name of ['approver:3', 'approver:4'])
      expect(await codeOf(ask(next(name, 'C. Thief'), [name, 'receipt:1']))).toBe('key-invalid');
  });

  test('a revoked key gets no successor', async () => {
    const by = await listing([entry('receipt:1', { revokedAt: '2026-05-01T00:00:00Z' })]);
    expect(await codeOf(ask(next('receipt:2'), ['receipt:2', 'receipt:1'], { by }))).toBe('key-revoked');
  });

  test('an expired key gets no successor', async () => {
    const by = await listing([entry('receipt:1', { notAfter: '2026-05-01T00:00:00Z' })]);
    expect(await codeOf(ask(next('receipt:2'), ['receipt:2', 'receipt:1'], { by }))).toBe('key-expired');
  });

  test('a policy key needs an approver besides, and always a person at the hub', async () => {
    expect(await codeOf(ask(next('policy:2'), ['policy:2', 'policy:1']))).toBe('second-person-needed');
    expect(await ask(next('policy:2'), ['policy:2', 'policy:1', 'approver:1'])).toMatchObject({
      granting: 'person',
    });
  });

  test('an approver key needs two approvers in force, of two persons', async () => {
    const wish = next('approver:3', 'A. Anna');
    expect(await codeOf(ask(wish, ['approver:3', 'approver:1']))).toBe('second-person-needed');
    expect(await ask(wish, ['approver:3', 'approver:1', 'approver:2'])).toMatchObject({ granting: 'person' });
    const by = await listing([entry('approver:1'), entry('approver:2', { person: 'a. ANNA ' })]);
    expect(await codeOf(ask(wish, ['approver:3', 'approver:1', 'approver:2'], { by }))).toBe(
      'second-person-needed',
    );
  });

  test('without a key of its use an approver asks, and a person at the hub grants', async () => {
    expect(await ask(next('receipt:2'), ['receipt:2', 'approver:1'])).toEqual({
      granting: 'person',
      askedBy: 'europol:approver:1',
    });
  });

  test('is good once, and for the next number alone', async () => {
    const by = await listing([entry('receipt:1'), entry('receipt:2')]);
    expect(await codeOf(ask(next('receipt:2'), ['receipt:2', 'receipt:1'], { by }))).toBe('request-used');
    expect(await codeOf(ask(next('receipt:3'), ['receipt:3', 'receipt:1']))).toBe('key-invalid');
  });

  test('a key has one successor, and another only when that one is revoked', async () => {
    const second = entry('receipt:2', { askedBy: 'europol:receipt:1' });
    const by = await listing([entry('receipt:1'), second]);
    expect(await codeOf(ask(next('receipt:3'), ['receipt:3', 'receipt:1'], { by }))).toBe('request-used');
    const revoked = { ...second, revokedAt: '2026-05-01T00:00:00Z' };
    const again = await listing([entry('receipt:1'), revoked]);
    expect(await ask(next('receipt:3'), ['receipt:3', 'receipt:1'], { by: again })).toMatchObject({
      granting: 'automatic',
    });
  });

  test('the fifth key of a use within 30 days waits for a person', async () => {
    const made = await Promise.all([1, 2, 3, 4, 5].map((n) => generateKey(`europol:notice:${n}`)));
    for (const key of made) keys.set(key.kid, key);
    const recent = (count: number): Promise<Directory> =>
      listing(
        [1, 2, 3, 4].slice(0, count).map((n) => entry(`notice:${n}`, { notBefore: '2026-05-20T00:00:00Z' })),
      );
    const granted = async (count: number): Promise<string> => {
      const name = `notice:${count + 1}`;
      return (await ask(next(name), [name, `notice:${count}`], { by: await recent(count) })).granting;
    };
    expect([await granted(3), await granted(4)]).toEqual(['automatic', 'person']);
  });
});

describe('a request to revoke a key', () => {
  test('is granted without a person to the key itself, whatever its use', async () => {
    for (const name of ['receipt:1', 'policy:1', 'approver:1'])
      expect(await ask(revoke(name), [name])).toMatchObject({ granting: 'automatic' });
  });

  test('by an approver waits for a person, and a key of another use asks in vain', async () => {
    expect(await ask(revoke('receipt:1'), ['approver:1'])).toMatchObject({ granting: 'person' });
    expect(await codeOf(ask(revoke('notice:1'), ['receipt:1']))).toBe('key-invalid');
    expect(await codeOf(ask(revoke('receipt:1'), []))).toBe('signature-invalid');
  });

  test('revokes with the key what it asked for since then, and what those keys asked for', () => {
    const at = (day: number) => new Date(Date.UTC(2026, 4, day));
    const key = (name: string, day: number, askedBy?: string) =>
      ({ kid: name, notBefore: at(day), ...(askedBy === undefined ? {} : { askedBy }) }) as never;
    const chain = [
      key('r1', 1),
      key('r2', 5, 'r1'),
      key('r3', 10, 'r1'),
      key('r4', 11, 'r3'),
      key('n2', 12, 'n1'),
    ];
    const revoked = (since: number) => revokedWith({ kid: 'r1', since: at(since).getTime() / 1000 }, chain);
    expect(revoked(6)).toEqual(['r1', 'r3', 'r4']);
    expect(revoked(2)).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(revoked(20)).toEqual(['r1']);
  });
});

describe('a key request', () => {
  const good = (changed: object, wish = next('receipt:2')) =>
    codeOf(ask(wish, ['receipt:2', 'receipt:1'], { changed }));

  test.each([
    ['of another organisation', 'issuer-mismatch', { iss: 'afripol' }],
    ['for another federation', 'audience-mismatch', { aud: 'other' }],
    ['dated in the future', 'issued-in-future', { iat: IAT + 300 }],
    ['older than 7 days', 'expired', { iat: IAT - 7 * 86_400 }],
    ['with a claim that is not known', 'schema-invalid', { more: 1 }],
    ['with a person for a key that no person holds', 'key-invalid', { wish: next('receipt:2', 'A. Anna') }],
  ])('%s is refused', async (_, code, changed) => {
    expect(await good(changed)).toBe(code);
  });

  test('with a signature of the key of another organisation is refused', async () => {
    const text = await signed(next('receipt:2'), ['receipt:2', 'afripol:receipt:1']);
    expect(await codeOf(openKeyRequest(text, { directory, now: NOW }))).toBe('issuer-mismatch');
  });

  test('for the key of another organisation is refused', async () => {
    const wish = { type: 'next', key: publicJwk(jwk('afripol:receipt:2')) } as const;
    expect(await codeOf(ask(wish, ['afripol:receipt:2', 'receipt:1']))).toBe('issuer-mismatch');
  });

  test('of more than 16 KiB is refused before it is read', async () => {
    expect(await codeOf(openKeyRequest('x'.repeat(16_385), { directory, now: NOW }))).toBe('oversize');
  });
});
