import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parsePublicJwk, type PrivateJwk } from '../../../services/shared/trust/jwk.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  publicJwk,
  readSigner,
  SIGNS_BYTES,
} from '../../../services/shared/trust/keys.js';
import { USES } from '../../../services/shared/trust/kid.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { refused } from './federation.js';

let jwk: PrivateJwk;
let folder: string;

beforeAll(async () => {
  jwk = await generateKey('europol:notice:1');
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-'));
});

describe('a key', () => {
  test.each(USES.filter((use) => !SIGNS_BYTES.includes(use)))(
    'of use `%s` signs, and its public part verifies',
    async (use) => {
      const key = await generateKey(`europol:${use}:1`);
      const signer = await importSigner(key);
      expect(signer).toMatchObject({ kid: `europol:${use}:1`, owner: 'europol', use });
      const token = await signer.sign('test', Buffer.from('{}'));
      const verifier = await importVerifier(publicJwk(key));
      const at = token.lastIndexOf('.');
      const signature = Buffer.from(token.slice(at + 1), 'base64url');
      expect(await verifier.verify(token.slice(0, at), signature)).toBe(true);
      expect(await verifier.verify(`${token.slice(0, at)} `, signature)).toBe(false);
      expect(await verifier.verify(token.slice(0, at), signature.subarray(1))).toBe(false);
    },
  );

  test('has nothing private in its public part', () => {
    expect(Object.keys(publicJwk(jwk)).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  test.each([
    'europol',
    'europol:notice',
    'europol:notice:0',
    'europol:admin:1',
    'Europol:notice:1',
    'europol:notice:1:2',
    '',
  ])('is not made with the id `%s`', async (kid) => {
    await refused(generateKey(kid), 'key-invalid');
  });

  test.each<readonly [string, (key: PrivateJwk) => unknown]>([
    ['has a private part', (key) => key],
    ['has another alg', (key) => ({ ...publicJwk(key), alg: 'HS256' })],
    ['is for encryption', (key) => ({ ...publicJwk(key), use: 'enc' })],
    ['has key_ops', (key) => ({ ...publicJwk(key), key_ops: ['sign'] })],
    ['has no alg', ({ alg: _alg, d: _d, ...rest }) => rest],
    ['has a short x', (key) => ({ ...publicJwk(key), x: key.x.slice(1) })],
    ['has x with padding', (key) => ({ ...publicJwk(key), x: `${key.x}=` })],
    ['has x of zeros, a point of small order', (key) => ({ ...publicJwk(key), x: 'A'.repeat(43) })],
    ['names a URL', (key) => ({ ...publicJwk(key), x5u: 'https://attacker.example' })],
    ['is null', () => null],
  ])('that %s is refused as a public key', (_name, change) => {
    expect(() => parsePublicJwk(change(jwk))).toThrow(expect.objectContaining({ code: 'key-invalid' }));
  });
});

const writeSecret = (path: string, text: string): void => writeFileSync(path, text, { mode: 0o600 });

describe('a file with a secret', () => {
  test('gives its key', async () => {
    const path = join(folder, 'notice.jwk');
    writeSecret(path, `${JSON.stringify(jwk)}\n`);
    expect((await readSigner(path)).kid).toBe(jwk.kid);
  });

  test.each([0o640, 0o604, 0o644, 0o660, 0o610])('of mode %o is not read', async (mode) => {
    const path = join(folder, 'notice.jwk');
    writeFileSync(path, JSON.stringify(jwk));
    chmodSync(path, mode);
    const error = await refused(readSigner(path), 'config-invalid');
    expect(error.message).toContain('0600');
  });

  test('that is missing, a folder or a link to a readable file is not read', () => {
    const target = join(folder, 'open');
    writeFileSync(target, 'x', { mode: 0o644 });
    symlinkSync(target, join(folder, 'link'));
    mkdirSync(join(folder, 'folder'));
    for (const name of ['missing', 'link', 'folder']) {
      expect(() => readSecret(join(folder, name))).toThrow(
        expect.objectContaining({ code: 'config-invalid' }),
      );
    }
  });

  test('with a public key or something else is refused as a signing key', async () => {
    const contents = [
      ['key-invalid', JSON.stringify(publicJwk(jwk))],
      ['json-malformed', 'seed'],
      ['json-hostile', '{"d":1,"d":2}'],
    ] as const;
    for (const [code, content] of contents) {
      const path = join(folder, code);
      writeSecret(path, content);
      await refused(readSigner(path), code);
    }
  });
});
