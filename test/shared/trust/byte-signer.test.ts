import { expect, test } from 'vitest';
import { importByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { generateKey, importPoint, importSigner } from '../../../services/shared/trust/keys.js';

const BYTES = Buffer.from('checkpoint\n');

test.each(['hub:log:1', 'europol:witness:1'])('the key %s signs bytes, and no JWS', async (kid) => {
  const jwk = await generateKey(kid);
  const signer = await importByteSigner(jwk);
  const verify = importPoint(kid, signer.publicKey);
  expect(await verify(BYTES, signer.sign(BYTES))).toBe(true);
  expect(await verify(Buffer.from('other\n'), signer.sign(BYTES))).toBe(false);
  await expect(importSigner(jwk)).rejects.toThrow(expect.objectContaining({ code: 'key-invalid' }));
});

test.each(['europol:notice:1', 'hub:audit:1', 'hub:hub:1', 'root:root:1'])(
  'the key %s, which signs JWSs, cannot be imported for signing bytes',
  async (kid) => {
    const jwk = await generateKey(kid);
    await expect(importByteSigner(jwk)).rejects.toThrow(expect.objectContaining({ code: 'key-invalid' }));
  },
);

test('bytes that are no point of the curve are no public key', () => {
  for (const point of [Buffer.alloc(32), Buffer.alloc(31, 1), Buffer.alloc(32, 2)])
    expect(() => importPoint('europol:witness:1', point)).toThrow(
      expect.objectContaining({ code: 'key-invalid' }),
    );
});
