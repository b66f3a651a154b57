import { KeyObject, sign, verify, webcrypto } from 'node:crypto';
import { CompactSign, compactVerify, generateKeyPair } from 'jose';

/** One key with the operations of the libraries that `Signer` and `Verifier` are built on, for benchmarks. */
export interface BareEd25519 {
  /** `node:crypto`, synchronously on this thread. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly verify: (bytes: Uint8Array, signature: Uint8Array) => boolean;
  /** WebCrypto, on another thread. */
  readonly verifyByWebCrypto: (bytes: Uint8Array, signature: Uint8Array) => Promise<boolean>;
  /** jose: a compact JWS. */
  readonly signByJose: (payload: Uint8Array) => Promise<string>;
  /** jose: resolves to the payload. Throws jose's error if the signature is invalid. */
  readonly verifyByJose: (token: string) => Promise<Uint8Array>;
}

/** Generates a key for the returned operations. */
export async function createBareEd25519(): Promise<BareEd25519> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const [signing, verifying] = [KeyObject.from(privateKey), KeyObject.from(publicKey)];
  return {
    sign: (bytes) => sign(null, bytes, signing),
    verify: (bytes, signature) => verify(null, bytes, verifying, signature),
    verifyByWebCrypto: (bytes, signature) =>
      webcrypto.subtle.verify('Ed25519', publicKey, Buffer.from(signature), Buffer.from(bytes)),
    signByJose: (payload) => new CompactSign(payload).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey),
    verifyByJose: async (token) => (await compactVerify(token, publicKey)).payload,
  };
}
