import { expect, test } from 'vitest';
import { createBareEd25519 } from '../../../../services/shared/trust/ed25519/bare-ed25519.js';

const bytes = Buffer.from('an invented notice');
const other = Buffer.from('another');

test('bare Ed25519: each library verifies the signatures of every other, and refuses invalid ones', async () => {
  const bare = await createBareEd25519();
  const signature = bare.sign(bytes);
  expect([bare.verify(bytes, signature), bare.verify(other, signature)]).toEqual([true, false]);
  expect(await bare.verifyByWebCrypto(bytes, signature)).toBe(true);
  expect(await bare.verifyByWebCrypto(other, signature)).toBe(false);
});

test('bare Ed25519: a token of jose verifies with its own key only', async () => {
  const [bare, stranger] = [await createBareEd25519(), await createBareEd25519()];
  const token = await bare.signByJose(bytes);
  expect(Buffer.from(await bare.verifyByJose(token))).toEqual(bytes);
  await expect(stranger.verifyByJose(token)).rejects.toMatchObject({
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  });
});
