import { generateKeyPairSync, sign, verify } from 'node:crypto';

/** The two operations that no broker of signed notices can do without, and nothing around them. */
export interface BareSignature {
  sign(): void;
  /** Throws `Error` should it not verify. */
  verify(): void;
}

/** Ed25519 over so many bytes by Node's own functions, with a key of its own: a yardstick, used for nothing else. */
export function createBareSignature(bytes: number): BareSignature {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const content = Buffer.alloc(bytes, 'liaison');
  const signature = sign(null, content, privateKey);
  return {
    sign: () => void sign(null, content, privateKey),
    verify: () => {
      if (!verify(null, content, publicKey, signature)) throw new Error('the yardstick does not verify');
    },
  };
}
