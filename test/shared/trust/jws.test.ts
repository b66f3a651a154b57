import { createPublicKey } from 'node:crypto';
import { compactVerify, importJWK } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Expected, signJws, verifyJws } from '../../../services/shared/trust/jws.js';
import { ed25519, openssl } from '../../../services/shared/trust/ed25519/ed25519.js';
import { importVerifier, publicJwk } from '../../../services/shared/trust/keys.js';
import { IAT, makeFederation, NOW, refused, type TestFederation } from './federation.js';
import { assemble, forge, forgeHmac, withSegment } from './forge.js';

const KID = 'europol:notice:1';
const HEADER = { alg: 'EdDSA', kid: KID, typ: 'submission+jws' };
const CLAIMS = { iss: 'europol', iat: IAT, aud: 'demo', number: 1 };

let federation: TestFederation;
let everywhere: Expected;
let good: string;

beforeAll(async () => {
  federation = await makeFederation();
  everywhere = {
    typ: 'submission+jws',
    use: 'notice',
    key: federation.directory.key,
    now: NOW,
    issuer: 'europol',
    audience: 'demo',
  };
  good = await signJws('submission+jws', CLAIMS, federation.signer(KID));
});

/** Signed by the key that the header names, so that only the strict parser can refuse it. */
const signed = (header: unknown, payload: unknown = CLAIMS): string =>
  forge(federation.jwk(KID), header, payload);
const pem = (): string =>
  createPublicKey({ key: { ...federation.jwk(KID) }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
const own = (): object => ({ ...publicJwk(federation.jwk(KID)) });

/** Adds the group order to S: the same signature for a verifier that does not check its range (RFC 8032 5.1.7). */
function addOrder(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  let s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  for (let at = 32; at < 64; at += 1, s >>= 8n) bytes[at] = Number(s & 255n);
  return bytes.toString('base64url');
}

/** The last character with one of its unused bits set: decodes to the same bytes in a lenient decoder. */
function trailingBit(segment: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.at(-1)!) | 1];
}

type Hostile = readonly [name: string, code: string, token: () => string];

const HEADERS: readonly Hostile[] = [
  [
    'alg none without a signature',
    'token-malformed',
    () => assemble({ ...HEADER, alg: 'none' }, CLAIMS, () => Buffer.of()),
  ],
  ['alg none with a signature', 'token-malformed', () => signed({ ...HEADER, alg: 'none' })],
  ['alg None', 'token-malformed', () => signed({ ...HEADER, alg: 'None' })],
  [
    'alg NONE, signature removed',
    'token-malformed',
    () => withSegment(signed({ ...HEADER, alg: 'NONE' }), 2, () => ''),
  ],
  [
    'HS256 with the public key in PEM',
    'token-malformed',
    () => forgeHmac(pem(), { ...HEADER, alg: 'HS256' }, CLAIMS),
  ],
  [
    'HS256 with the raw public key',
    'token-malformed',
    () => forgeHmac(Buffer.from(federation.jwk(KID).x, 'base64url'), { ...HEADER, alg: 'HS256' }, CLAIMS),
  ],
  ['an HMAC under the name of EdDSA', 'token-malformed', () => forgeHmac(pem(), HEADER, CLAIMS)],
  ['alg Ed25519', 'token-malformed', () => signed({ ...HEADER, alg: 'Ed25519' })],
  ['alg eddsa', 'token-malformed', () => signed({ ...HEADER, alg: 'eddsa' })],
  ['alg ES256', 'token-malformed', () => signed({ ...HEADER, alg: 'ES256' })],
  ['alg as an array', 'token-malformed', () => signed({ ...HEADER, alg: ['EdDSA'] })],
  ['no alg', 'token-malformed', () => signed({ kid: KID, typ: HEADER.typ })],
  ['an embedded jwk', 'token-malformed', () => signed({ ...HEADER, jwk: own() })],
  [
    'an embedded jwk instead of a kid',
    'token-malformed',
    () => signed({ alg: 'EdDSA', typ: HEADER.typ, jwk: own() }),
  ],
  ['jku', 'token-malformed', () => signed({ ...HEADER, jku: 'https://attacker.example/keys' })],
  ['x5u', 'token-malformed', () => signed({ ...HEADER, x5u: 'https://attacker.example/chain' })],
  ['x5c', 'token-malformed', () => signed({ ...HEADER, x5c: ['MIIB'] })],
  ['x5t', 'token-malformed', () => signed({ ...HEADER, x5t: 'aaaa' })],
  ['crit', 'token-malformed', () => signed({ ...HEADER, crit: ['exp'] })],
  ['an empty crit', 'token-malformed', () => signed({ ...HEADER, crit: [] })],
  ['b64 false', 'token-malformed', () => signed({ ...HEADER, b64: false, crit: ['b64'] })],
  ['cty', 'token-malformed', () => signed({ ...HEADER, cty: 'JWT' })],
  ['zip', 'token-malformed', () => signed({ ...HEADER, zip: 'DEF' })],
  ['enc, as if it were a JWE', 'token-malformed', () => signed({ ...HEADER, enc: 'A256GCM' })],
  ['no kid', 'token-malformed', () => signed({ alg: 'EdDSA', typ: HEADER.typ })],
  ['kid as a number', 'token-malformed', () => signed({ ...HEADER, kid: 1 })],
  ['kid as an array', 'token-malformed', () => signed({ ...HEADER, kid: [KID] })],
  ['kid as a path', 'token-malformed', () => signed({ ...HEADER, kid: '../../../../dev/null' })],
  ['kid as SQL', 'token-malformed', () => signed({ ...HEADER, kid: "x' UNION SELECT 'key" })],
  ['kid with NUL', 'json-hostile', () => signed({ ...HEADER, kid: `${KID}\0` })],
  ['kid with a space', 'token-malformed', () => signed({ ...HEADER, kid: `${KID} ` })],
  ['kid with a line feed', 'token-malformed', () => signed({ ...HEADER, kid: `${KID}\n` })],
  ['kid in capitals', 'token-malformed', () => signed({ ...HEADER, kid: KID.toUpperCase() })],
  ['kid with a Cyrillic letter', 'token-malformed', () => signed({ ...HEADER, kid: KID.replace('o', 'о') })],
  ['kid in full width', 'token-malformed', () => signed({ ...HEADER, kid: KID.replace('e', 'ｅ') })],
  ['kid of 65 characters', 'token-malformed', () => signed({ ...HEADER, kid: 'a'.repeat(65) })],
  ['kid toString', 'token-malformed', () => signed({ ...HEADER, kid: 'toString' })],
  ['kid of a prototype', 'token-malformed', () => signed({ ...HEADER, kid: '__proto__' })],
  ['kid valueof', 'key-unknown', () => signed({ ...HEADER, kid: 'valueof' })],
  ['an unlisted kid', 'key-unknown', () => signed({ ...HEADER, kid: 'europol:notice:2' })],
  ['no typ', 'token-malformed', () => signed({ alg: 'EdDSA', kid: KID })],
  ['typ JWT', 'token-malformed', () => signed({ ...HEADER, typ: 'JWT' })],
  [
    'typ with the media type written out',
    'token-malformed',
    () => signed({ ...HEADER, typ: `application/${HEADER.typ}` }),
  ],
  ['typ in capitals', 'token-malformed', () => signed({ ...HEADER, typ: 'Submission+JWS' })],
  ['typ of a notice', 'token-malformed', () => signed({ ...HEADER, typ: 'notice+sd-jwt' })],
  [
    '__proto__ in the header',
    'json-hostile',
    () => signed(`{"alg":"EdDSA","kid":"${KID}","typ":"${HEADER.typ}","__proto__":{"alg":"none"}}`),
  ],
  [
    'alg twice, none first',
    'json-hostile',
    () => signed(`{"alg":"none","alg":"EdDSA","kid":"${KID}","typ":"${HEADER.typ}"}`),
  ],
  [
    'alg twice, none last',
    'json-hostile',
    () => signed(`{"alg":"EdDSA","kid":"${KID}","typ":"${HEADER.typ}","alg":"none"}`),
  ],
  [
    'kid twice, once escaped',
    'json-hostile',
    () => signed(`{"alg":"EdDSA","kid":"${KID}","typ":"${HEADER.typ}","k\\u0069d":"x"}`),
  ],
  ['a header that is an array', 'token-malformed', () => signed([HEADER])],
  ['a header that is null', 'token-malformed', () => signed('null')],
  ['a header that is a string', 'token-malformed', () => signed('"EdDSA"')],
  ['a header that is not JSON', 'json-malformed', () => signed("{'alg':'EdDSA'}")],
  ['a header with a byte order mark', 'json-malformed', () => signed(`\ufeff${JSON.stringify(HEADER)}`)],
  ['a header that is not UTF-8', 'json-malformed', () => signed(Buffer.of(0x7b, 0xff, 0x7d))],
  ['a header of 3 KB', 'json-hostile', () => signed(`${JSON.stringify(HEADER)}${' '.repeat(3_000)}`)],
  ['a deep header', 'json-hostile', () => signed(`{"alg":${'['.repeat(1_000)}${']'.repeat(1_000)}}`)],
];

const ENCODINGS: readonly Hostile[] = [
  ['nothing', 'token-malformed', () => ''],
  ['only dots', 'token-malformed', () => '..'],
  ['one segment', 'token-malformed', () => good.split('.')[0]!],
  ['two segments', 'token-malformed', () => good.split('.').slice(0, 2).join('.')],
  ['four segments', 'token-malformed', () => `${good}.`],
  ['five segments, a JWE', 'token-malformed', () => `${good}.YQ.YQ`],
  ['an empty payload', 'token-malformed', () => withSegment(good, 1, () => '')],
  ['no signature', 'token-malformed', () => withSegment(good, 2, () => '')],
  ['a signature of 63 bytes', 'token-malformed', () => withSegment(good, 2, () => 'A'.repeat(84))],
  ['a signature of 65 bytes', 'token-malformed', () => withSegment(good, 2, () => `${'A'.repeat(86)}A`)],
  ['a signature of zeros', 'signature-invalid', () => withSegment(good, 2, () => 'A'.repeat(86))],
  ['padding', 'token-malformed', () => `${good}==`],
  ['padding of the header', 'token-malformed', () => withSegment(good, 0, (segment) => `${segment}=`)],
  ['a space before', 'token-malformed', () => ` ${good}`],
  ['a line feed after', 'token-malformed', () => `${good}\n`],
  [
    'a line feed inside',
    'token-malformed',
    () => withSegment(good, 1, (segment) => `${segment.slice(0, 8)}\n${segment.slice(8)}`),
  ],
  ['NUL after', 'token-malformed', () => `${good}\0`],
  [
    'base64 instead of base64url',
    'token-malformed',
    () => withSegment(good, 2, (segment) => Buffer.from(segment, 'base64url').toString('base64')),
  ],
  ['a trailing bit of the signature', 'token-malformed', () => withSegment(good, 2, trailingBit)],
  [
    'a trailing bit of the payload',
    'token-malformed',
    () =>
      withSegment(
        signed(
          HEADER,
          `${JSON.stringify(CLAIMS)}${' '.repeat((3 - ((JSON.stringify(CLAIMS).length + 2) % 3)) % 3)}`,
        ),
        1,
        trailingBit,
      ),
  ],
  [
    'a stray character at the end of a segment',
    'token-malformed',
    () => withSegment(good, 2, (segment) => `${segment}!`),
  ],
  ['the group order added to S', 'signature-invalid', () => withSegment(good, 2, addOrder)],
  ['a detached payload', 'token-malformed', () => good.replace(/\.[^.]+\./, '..')],
  [
    'a JWS in JSON',
    'token-malformed',
    () => JSON.stringify({ protected: good.split('.')[0], payload: '', signature: '' }),
  ],
  [
    'another payload',
    'signature-invalid',
    () =>
      withSegment(good, 1, () => Buffer.from(JSON.stringify({ ...CLAIMS, number: 2 })).toString('base64url')),
  ],
  [
    'the header written in another order',
    'signature-invalid',
    () =>
      withSegment(good, 0, () =>
        Buffer.from(JSON.stringify({ typ: HEADER.typ, kid: KID, alg: 'EdDSA' })).toString('base64url'),
      ),
  ],
  [
    'the key of another organisation',
    'signature-invalid',
    () => forge(federation.jwk('afripol:notice:1'), HEADER, CLAIMS),
  ],
  ['a megabyte', 'token-malformed', () => withSegment(good, 1, () => 'A'.repeat(1_000_000))],
];

const PAYLOADS: readonly Hostile[] = [
  [
    'iss twice',
    'json-hostile',
    () => signed(HEADER, `{"iss":"afripol","iss":"europol","iat":${IAT},"aud":"demo"}`),
  ],
  [
    '__proto__',
    'json-hostile',
    () => signed(HEADER, `{"iss":"europol","iat":${IAT},"aud":"demo","__proto__":{"x":1}}`),
  ],
  [
    'constructor',
    'json-hostile',
    () => signed(HEADER, `{"iss":"europol","iat":${IAT},"aud":"demo","a":{"constructor":1}}`),
  ],
  ['a bomb of arrays', 'json-hostile', () => signed(HEADER, '['.repeat(100_000))],
  [
    'a bomb of values',
    'json-hostile',
    () => signed(HEADER, { ...CLAIMS, x: Array.from({ length: 6_000 }, () => 0) }),
  ],
  ['-0', 'json-hostile', () => signed(HEADER, `{"iss":"europol","iat":${IAT},"aud":"demo","n":-0}`)],
  [
    'an unsafe integer',
    'json-hostile',
    () => signed(HEADER, `{"iss":"europol","iat":${IAT},"aud":"demo","n":9007199254740993}`),
  ],
  ['bad UTF-8', 'json-malformed', () => signed(HEADER, Buffer.of(0x7b, 0xc3, 0x28, 0x7d))],
  ['no JSON', 'json-malformed', () => signed(HEADER, 'iss=europol')],
  ['an array', 'token-malformed', () => signed(HEADER, [CLAIMS])],
  ['null', 'token-malformed', () => signed(HEADER, 'null')],
  ['iat as text', 'token-malformed', () => signed(HEADER, { ...CLAIMS, iat: String(IAT) })],
  ['a fractional iat', 'token-malformed', () => signed(HEADER, { ...CLAIMS, iat: IAT + 0.5 })],
  ['a negative iat', 'token-malformed', () => signed(HEADER, { ...CLAIMS, iat: -1 })],
  ['no iat', 'token-malformed', () => signed(HEADER, { iss: 'europol', aud: 'demo' })],
  ['exp as text', 'token-malformed', () => signed(HEADER, { ...CLAIMS, exp: 'never' })],
  ['iss of another organisation', 'issuer-mismatch', () => signed(HEADER, { ...CLAIMS, iss: 'afripol' })],
  ['iss with a space', 'issuer-mismatch', () => signed(HEADER, { ...CLAIMS, iss: 'europol ' })],
  ['iss as an array', 'issuer-mismatch', () => signed(HEADER, { ...CLAIMS, iss: ['europol'] })],
  ['no iss', 'issuer-mismatch', () => signed(HEADER, { iat: IAT, aud: 'demo' })],
  ['aud of another federation', 'audience-mismatch', () => signed(HEADER, { ...CLAIMS, aud: 'other' })],
  ['aud as an array', 'audience-mismatch', () => signed(HEADER, { ...CLAIMS, aud: ['demo'] })],
  ['no aud', 'audience-mismatch', () => signed(HEADER, { iss: 'europol', iat: IAT })],
];

describe.each([ed25519, openssl])('the strict JWS parser, with signatures checked by $name', (backend) => {
  let expected: Expected;
  beforeAll(async () => {
    const verifier = await importVerifier(publicJwk(federation.jwk(KID)), backend);
    const key = federation.directory.key(KID)!;
    expected = {
      ...everywhere,
      key: (kid) => (kid === KID ? { ...key, verifier } : federation.directory.key(kid)),
    };
  });

  test.each([...HEADERS])('a header with %s is refused with `%s`', async (_name, code, token) => {
    await refused(verifyJws(token(), expected), code);
  });

  test.each([...ENCODINGS])('a token with %s is refused with `%s`', async (_name, code, token) => {
    await refused(verifyJws(token(), expected), code);
  });

  test.each([...PAYLOADS])('a signed payload with %s is refused with `%s`', async (_name, code, token) => {
    await refused(verifyJws(token(), expected), code);
  });

  test('a valid token verifies, also when the members of its header are in another order', async () => {
    expect((await verifyJws(good, expected)).payload).toEqual(CLAIMS);
    const other = signed({ typ: HEADER.typ, alg: 'EdDSA', kid: KID });
    expect((await verifyJws(other, expected)).key.kid).toBe(KID);
  });

  test('jose verifies what we sign', async () => {
    const key = await importJWK({ ...publicJwk(federation.jwk(KID)) }, 'EdDSA');
    const { payload, protectedHeader } = await compactVerify(good, key, { algorithms: ['EdDSA'] });
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(CLAIMS);
    expect(protectedHeader).toEqual(HEADER);
  });

  test('64 tokens verify at once, each with its own claims', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 64 }, (_, number) =>
        signJws('submission+jws', { ...CLAIMS, number }, federation.signer(KID)),
      ),
    );
    const verified = await Promise.all(tokens.map((token) => verifyJws(token, expected)));
    expect(verified.map(({ payload }) => payload['number'])).toEqual(tokens.map((_, number) => number));
  });
});

describe('the time and use of a key', () => {
  const at = (text: string): number => Date.parse(text) / 1000;
  const withKey = (change: object): Promise<TestFederation> =>
    makeFederation((source) => {
      const { europol } = source.organisations;
      const keys = europol!.keys.map((entry) => (entry.kid === KID ? { ...entry, ...change } : entry));
      return { ...source, organisations: { ...source.organisations, europol: { ...europol!, keys } } };
    });
  const verify = async (change: object, iat: number, more: Partial<Expected> = {}): Promise<unknown> => {
    const { directory, signer } = await withKey(change);
    const token = await signJws('submission+jws', { ...CLAIMS, iat }, signer(KID));
    return verifyJws(token, { ...everywhere, key: directory.key, ...more });
  };

  test('a key that starts later does not verify what was signed before', async () => {
    const error = await refused(verify({ notBefore: '2026-06-01T12:00:01Z' }, IAT), 'key-not-yet-valid');
    expect(error.message).toContain(KID);
  });

  test('an expired key does not verify what was signed after expiry', async () => {
    const error = await refused(verify({ notAfter: '2026-06-01T11:59:59Z' }, IAT), 'key-expired');
    expect(error.message).toContain(KID);
  });

  test('an expired key verifies what it signed in time, however old', async () => {
    await verify({ notAfter: '2026-02-01T00:00:00Z' }, at('2026-01-15T00:00:00Z'));
  });

  test('a revoked key verifies nothing that was not recorded before', async () => {
    const change = { revokedAt: '2026-06-01T12:00:00Z' };
    const error = await refused(verify(change, at('2026-03-01T00:00:00Z')), 'key-revoked');
    expect(error.message).toContain(KID);
    await refused(verify(change, IAT - 60, { recorded: NOW }), 'key-revoked');
    await verify(change, IAT - 60, { recorded: new Date(NOW.getTime() - 1) });
  });

  test('a revocation in the future has no effect yet', async () => {
    await verify({ revokedAt: '2026-06-01T12:00:01Z' }, IAT);
  });

  test('a clock may be two minutes ahead and no more', async () => {
    await verify({}, IAT + 120);
    await refused(verify({}, IAT + 121), 'issued-in-future');
  });

  test('a token whose life was extended verifies until that end, and not after it', async () => {
    const token = await signJws('submission+jws', { ...CLAIMS, exp: IAT }, federation.signer(KID));
    const until = (ms: number) => verifyJws(token, { ...everywhere, lifeEnd: new Date(NOW.getTime() + ms) });
    await refused(verifyJws(token, everywhere), 'expired');
    await expect(until(1)).resolves.toBeDefined();
    await refused(until(0), 'expired');
  });

  test('an expired token does not verify', async () => {
    const { signer } = federation;
    const token = (exp: number): Promise<string> =>
      signJws('submission+jws', { ...CLAIMS, exp }, signer(KID));
    await verifyJws(await token(IAT + 1), everywhere);
    await refused(verifyJws(await token(IAT), everywhere), 'expired');
  });

  test('a key does not verify for another use than its own', async () => {
    const token = await signJws('submission+jws', CLAIMS, federation.signer('europol:receipt:1'));
    const error = await refused(verifyJws(token, everywhere), 'key-invalid');
    expect(error.message).toContain('europol:receipt:1');
  });

  test('an unknown key is named', async () => {
    const error = await refused(
      verifyJws(signed({ ...HEADER, kid: 'europol:notice:9' }), everywhere),
      'key-unknown',
    );
    expect(error.message).toContain('europol:notice:9');
  });

  test("an organisation does not issue under its own key for another, nor in the hub's or auditor's name", async () => {
    for (const iss of ['afripol', 'hub', 'auditor', 'root']) {
      const token = await signJws('submission+jws', { ...CLAIMS, iss }, federation.signer(KID));
      await refused(verifyJws(token, { ...everywhere, issuer: iss }), 'issuer-mismatch');
    }
  });

  test('the auditor signs as `auditor` with the audit key, which signs no record', async () => {
    const signer = federation.signer('hub:audit:1');
    const heartbeat = await signJws('heartbeat+jws', { iss: 'auditor', iat: IAT, aud: 'demo' }, signer);
    const { key } = federation.directory;
    await verifyJws(heartbeat, { typ: 'heartbeat+jws', use: 'audit', key, now: NOW });
    const record = await signJws('report+jws', { iss: 'hub', iat: IAT, aud: 'demo' }, signer);
    await refused(verifyJws(record, { typ: 'report+jws', use: 'hub', key, now: NOW }), 'key-invalid');
  });
});
