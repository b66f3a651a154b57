import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { type Ed25519, ed25519, openssl } from '../../../../services/shared/trust/ed25519/ed25519.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  publicJwk,
} from '../../../../services/shared/trust/keys.js';
import { ABOVE_PRIME, mixedWith, OFF_CURVE, ORDER, signatureOf, SMALL_ORDER } from './edwards.js';

const backends: readonly Ed25519[] = [ed25519, openssl];
const jwk = await generateKey('europol:notice:1');

test('Ed25519: libsodium verifies signatures on the machines for which it is prebuilt', () => {
  const isPrebuilt = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  expect(ed25519.name).toBe(isPrebuilt ? 'libsodium' : ed25519.name);
});

describe.each(backends)('Ed25519 verification by $name', ({ importKey }) => {
  test('accepts a signature of exactly these bytes by exactly this key', async () => {
    const { jwk, signed, signature } = await signedBytes();
    const check = importKey(Buffer.from(jwk.x, 'base64url'));
    expect(await check(signed, signature)).toBe(true);
    for (let at = 0; at < 64; at += 1) expect(await check(signed, flipped(signature, at))).toBe(false);
    expect(await check(flipped(signed, 3), signature)).toBe(false);
    const other = await generateKey('europol:notice:2');
    expect(await importKey(Buffer.from(other.x, 'base64url'))(signed, signature)).toBe(false);
  });

  test('refuses a signature that does not have 64 bytes', async () => {
    const { jwk, signed, signature } = await signedBytes();
    const check = importKey(Buffer.from(jwk.x, 'base64url'));
    for (const length of [0, 1, 63, 65, 128]) {
      expect(await check(signed, Buffer.concat([signature, signature]).subarray(0, length))).toBe(false);
    }
  });
});

async function signedBytes() {
  const jwk = await generateKey('europol:notice:1');
  const token = await (await importSigner(jwk)).sign('test', Buffer.from('{}'));
  const at = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(at + 1), 'base64url');
  return { jwk, signed: Buffer.from(token.slice(0, at)), signature };
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('Ed25519, at the edges of the curve', () => {
  test.each([
    ['of small order, in every encoding', SMALL_ORDER.map(({ bytes }) => bytes), 14],
    ['in a form that is not canonical', ABOVE_PRIME, 38],
    ['that is not a point of the curve', OFF_CURVE, 40],
  ])('a key %s is refused', async (_, keys, least) => {
    expect(keys.length).toBeGreaterThanOrEqual(least);
    const answers = await Promise.all(keys.map((x) => importedBy(ed25519, x)));
    expect(answers.filter((answer) => answer !== 'key-invalid')).toEqual([]);
  });

  test('each library gives the same answer for every key and signature, and accepts no R of small order and no S above the order', async () => {
    const keys = [...mixedWith(123_456_789n), ...SMALL_ORDER];
    const points = [...mixedWith(987_654_321n), ...SMALL_ORDER];
    const messages = Array.from({ length: 8 }, (_, at) => `message ${at}`);
    const accepted: { readonly r: string; readonly more: bigint }[] = [];
    for (const key of keys) {
      const checks = await Promise.all(backends.map((backend) => importedBy(backend, key.bytes)));
      for (const r of points)
        for (const more of [0n, ORDER])
          for (const message of messages) {
            const signature = signatureOf(Buffer.from(message), { key, r, more });
            const answers = await Promise.all(
              checks.map(async (check) =>
                typeof check === 'string' ? check : check.verify(message, signature),
              ),
            );
            expect(new Set(answers).size, `${key.name}, ${r.name}, ${more}`).toBe(1);
            if (answers[0] === true) accepted.push({ r: r.name, more });
          }
    }
    const small = new Set(SMALL_ORDER.map(({ name }) => name));
    expect(accepted.filter(({ r, more }) => small.has(r) || more > 0n)).toEqual([]);
    expect(accepted.filter(({ r }) => r === '987654321 + 0').length).toBeGreaterThanOrEqual(messages.length);
  });
});

async function importedBy(backend: Ed25519, x: Uint8Array) {
  try {
    return await importVerifier({ ...publicJwk(jwk), x: Buffer.from(x).toString('base64url') }, backend);
  } catch (error) {
    return errorFrom(error).code;
  }
}
