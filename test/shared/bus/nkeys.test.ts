import { createAccount, fromSeed } from '@nats-io/nkeys';
import { expect, test } from 'vitest';
import { logInWithNkey, newSeed, publicNkey, signWithNkey } from '../../../services/shared/bus/nkeys.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('an nkey: public key, signature and login are those of the package of NATS', () => {
  for (let each = 0; each < 20; each += 1) {
    const seed = newSeed();
    const pair = fromSeed(bytes(seed));
    const nkey = pair.getPublicKey();
    const signature = pair.sign(bytes('nonce'));
    expect(publicNkey(`${seed}\n`)).toBe(nkey);
    expect(Buffer.from(signWithNkey(seed, bytes('nonce')))).toEqual(Buffer.from(signature));
    expect(logInWithNkey(seed, 'nonce')).toEqual({ nkey, sig: Buffer.from(signature).toString('base64') });
  }
});

test('an nkey: a login without a nonce has no signature', () => {
  const seed = newSeed();
  expect(logInWithNkey(seed)).toEqual({ nkey: publicNkey(seed), sig: '' });
});

test('an nkey: a seed with another letter, of another length, or of an account, is refused', () => {
  const seed = newSeed();
  const other = `${seed.slice(0, 20)}${seed[20] === 'A' ? 'B' : 'A'}${seed.slice(21)}`;
  const account = new TextDecoder().decode(createAccount().getSeed());
  for (const text of [other, seed.slice(0, -1), publicNkey(seed), account, ''])
    expect(() => logInWithNkey(text, 'nonce')).toThrow();
});
