import { describe, expect, test } from 'vitest';
import { type Ed25519, ed25519, openssl } from '../../../services/shared/trust/ed25519.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';

const backends: readonly Ed25519[] = [ed25519, openssl];

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
