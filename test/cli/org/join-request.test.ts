import { describe, expect, test } from 'vitest';
import { APPROVERS, generateApprovers } from '../../../services/cli/org/approvers.js';
import {
  type JoinClaims,
  MEMBER_USES,
  openJoinRequest,
  requestWords,
  requireFreshRequest,
  signJoinRequest,
} from '../../../services/cli/org/join-request.js';
import { newSeed } from '../../../services/shared/bus/nkeys.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { PrivateJwk } from '../../../services/shared/trust/jwk.js';
import { generateKey } from '../../../services/shared/trust/keys.js';

const NOW = new Date('2026-11-25T10:00:00Z');
const DAY_MS = 86_400_000;
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const CLAIMS: Omit<JoinClaims, 'keys' | 'approvers' | 'nkeys'> = {
  id: parseOrgId('caricompol'),
  name: 'Caribbean Police',
  federation: 'demo',
  hub: 'nats://10.0.0.1:4222',
  contact: 'duty@caricompol.example',
  contract: 1,
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  iat: NOW.getTime() / 1000,
  csr: 'AAAA',
};

const keysOf = (org: string): Promise<readonly PrivateJwk[]> =>
  Promise.all(MEMBER_USES.map((use) => generateKey(`${org}:${use}:1`)));
const seeds = { gateway: newSeed(), tail: newSeed() };
const keys = await keysOf('caricompol');
const approvers = await generateApprovers(CLAIMS.id, ['A. Example', 'B. Example']);
const TEXT = await signJoinRequest(CLAIMS, { keys, approvers, seeds });
const PROOFS = Array.from({ length: keys.length + APPROVERS + 2 }, (_, index) => index);

interface RequestFile {
  readonly payload: string;
  readonly signatures: readonly { readonly protected: string; readonly signature: string }[];
}
const file = (text = TEXT): RequestFile => JSON.parse(text) as RequestFile;
const codeOf = (value: object): Promise<string> =>
  openJoinRequest(Buffer.from(JSON.stringify(value))).then(
    () => 'none',
    (error: unknown) => errorFrom(error).code,
  );
/** The request with other claims under the signatures of the first. */
const claiming = (changed: object): RequestFile => {
  const claims = JSON.parse(Buffer.from(file().payload, 'base64url').toString()) as object;
  return { ...file(), payload: Buffer.from(JSON.stringify({ ...claims, ...changed })).toString('base64url') };
};

describe('join request', () => {
  test('a request is read as it was signed, with the digest of what the keys signed', async () => {
    const request = await openJoinRequest(Buffer.from(TEXT));
    expect(request).toMatchObject(CLAIMS);
    expect(request.keys.map(({ kid }) => kid)).toEqual(MEMBER_USES.map((use) => `caricompol:${use}:1`));
    expect(request.approvers.map(({ person, key }) => [person, key.kid])).toEqual([
      ['A. Example', 'caricompol:approver:1'],
      ['B. Example', 'caricompol:approver:2'],
    ]);
    expect(requestWords(request).split(' ')).toHaveLength(8);
  });

  test('no private key or seed is in the request', () => {
    const payload = Buffer.from(file().payload, 'base64url').toString();
    for (const secret of [
      ...[...keys, ...approvers.map(({ key }) => key)].map(({ d }) => d),
      ...Object.values(seeds),
    ])
      expect(TEXT + payload).not.toContain(secret);
  });

  test.each(PROOFS)('the signature of key %i is needed', async (index) => {
    const signatures = file().signatures.filter((_, at) => at !== index);
    expect(await codeOf({ ...file(), signatures })).toBe('signature-invalid');
  });

  test.each(PROOFS)('the proof of key %i by another key does not count', async (index) => {
    const other = file(
      await signJoinRequest(CLAIMS, {
        keys: await keysOf('caricompol'),
        approvers: await generateApprovers(CLAIMS.id, ['A. Example', 'B. Example']),
        seeds: { gateway: newSeed(), tail: newSeed() },
      }),
    );
    const signatures = file().signatures.map((one, at) => (at === index ? other.signatures[at] : one));
    expect(await codeOf({ ...file(), signatures })).toBe('signature-invalid');
  });

  test('each signature covers every claim', async () => {
    for (const changed of [{ name: 'Other' }, { hub: 'nats://10.0.0.2:4222' }, { federation: 'other' }])
      expect(await codeOf(claiming(changed))).toBe('signature-invalid');
  });

  test('the keys of another organisation are refused', async () => {
    const foreign = await signJoinRequest(CLAIMS, { keys: await keysOf('europol'), seeds });
    expect(await codeOf(file(foreign))).toBe('issuer-mismatch');
  });

  test('a key under the name of another use is refused', async () => {
    const [notice, ...others] = keys;
    const swapped = [...others, notice].filter((key) => key !== undefined);
    expect(await codeOf(file(await signJoinRequest(CLAIMS, { keys: swapped, seeds })))).toBe('key-invalid');
  });

  test('approvers are two persons, each with an own approver key of the organisation, or none', async () => {
    const signed = (more: Partial<Parameters<typeof signJoinRequest>[1]>) =>
      signJoinRequest(CLAIMS, { keys, seeds, ...more });
    const code = async (more: Parameters<typeof signed>[0]): Promise<string> =>
      codeOf(file(await signed(more)));
    const [first, second] = approvers;
    const foreign = await generateApprovers(parseOrgId('europol'), ['A. Example', 'B. Example']);
    expect((await openJoinRequest(Buffer.from(await signed({})))).approvers).toEqual([]);
    expect(await code({ approvers: first === undefined ? [] : [first] })).toBe('schema-invalid');
    expect(await code({ approvers: foreign })).toBe('issuer-mismatch');
    const person = 'a. example';
    const twice = [...(first ? [first] : []), ...(second ? [{ ...second, person }] : [])];
    expect(await code({ approvers: twice })).toBe('key-invalid');
    const ofOtherUse = twice.map((one, index) => ({
      ...one,
      person: `${index}`,
      key: keys[index] ?? one.key,
    }));
    expect(await code({ approvers: ofOtherUse })).toBe('key-invalid');
  });

  test('one nkey for two users is refused', async () => {
    const twice = { gateway: seeds.gateway, tail: seeds.gateway };
    expect(await codeOf(file(await signJoinRequest(CLAIMS, { keys, seeds: twice })))).toBe('key-invalid');
  });

  test.each([
    ['an id of the hub', { id: 'hub' }],
    ['an id of digits alone', { id: '112' }],
    ['a claim that is not known', { more: 1 }],
    ['a nonce of fewer bits', { nonce: 'AAAA' }],
    ['a URL of another kind', { hub: 'http://10.0.0.1' }],
    ['a contract below 1', { contract: 0 }],
    ['a request for a certificate of 1,025 characters', { csr: 'A'.repeat(1_025) }],
    ['a name of 201 letters', { name: 'a'.repeat(201) }],
    ['a name of two lines', { name: 'Police\nits words: legal winner' }],
    ['a contact with an escape sequence of a terminal', { contact: 'duty\u001b[8m' }],
    ['a contact that changes the direction of text', { contact: 'duty\u202e' }],
    ['a name with a line separator', { name: 'Police\u2028its words' }],
    ['a federation with a control character', { federation: 'demo\r' }],
  ])('%s is refused with its place', async (_, changed) => {
    expect(await codeOf(claiming(changed))).toBe('schema-invalid');
  });

  test('a member that the file should not have, and one of 82 kB, are refused', async () => {
    expect(await codeOf({ ...file(), more: 1 })).toBe('schema-invalid');
    expect(await codeOf({ ...file(), payload: 'A'.repeat(82_000) })).toBe('oversize');
  });

  test('a request is good for 7 days, and not before its time', async () => {
    const request = await openJoinRequest(Buffer.from(TEXT));
    const code = (now: Date): string => {
      try {
        requireFreshRequest(request, now);
        return 'none';
      } catch (error) {
        return errorFrom(error).code;
      }
    };
    expect(code(later(7 * DAY_MS - 1000))).toBe('none');
    expect(code(later(7 * DAY_MS))).toBe('expired');
    expect(code(later(-120_000))).toBe('none');
    expect(code(later(-121_000))).toBe('issued-in-future');
  });
});
