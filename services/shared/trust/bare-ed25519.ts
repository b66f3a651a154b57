import { KeyObject, sign, verify, webcrypto } from 'node:crypto';
import { CompactSign, compactVerify, generateKeyPair } from 'jose';

/** A key, and what the libraries below `Signer` and `Verifier` do with it: for who measures ours against them. */
export interface BareEd25519 {
  /** Node's own, at once on this thread. */
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly verify: (bytes: Uint8Array, signature: Uint8Array) => boolean;
  /** On another thread. */
  readonly verifyByWebCrypto: (bytes: Uint8Array, signature: Uint8Array) => Promise<boolean>;
  /** Compact JWS, header and payload parsed. */
  readonly signByJose: (payload: Uint8Array) => Promise<string>;
  /** Throws what jose throws when it does not verify. */
  readonly verifyByJose: (token: string) => Promise<Uint8Array>;
}

/** Makes a key that lives as long as what is returned. */
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
