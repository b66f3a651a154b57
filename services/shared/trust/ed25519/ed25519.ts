import { createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { isSignatureForm } from './ed25519-form.js';

/**
 * An implementation of Ed25519 verification (RFC 8032). All implementations accept exactly the signatures that pass
 * `isSignatureForm` and fulfil the equation without cofactor.
 */
export interface Ed25519 {
  readonly name: 'libsodium' | 'openssl';
  /** Imports a public key that `importVerifier` checked. The returned function resolves to false for anything but a valid signature. */
  importKey(x: Uint8Array): (signed: Uint8Array, signature: Uint8Array) => Promise<boolean>;
}

const require = createRequire(import.meta.url);

/** `node:crypto` on another thread; start many verifications before awaiting one. */
export const openssl: Ed25519 = {
  name: 'openssl',
  importKey: (x) => {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x).toString('base64url') },
      format: 'jwk',
    });
    return async (signed, signature) =>
      isSignatureForm(signature) && verifyOffThread(null, signed, key, signature);
  },
};

const verifyOffThread = promisify(verify);

/** The part of libsodium that is used here. */
interface Sodium {
  crypto_sign_verify_detached(signature: Uint8Array, signed: Uint8Array, x: Uint8Array): boolean;
}

function libsodium(sodium: Sodium): Ed25519 {
  return {
    name: 'libsodium',
    importKey: (x) => async (signed, signature) =>
      isSignatureForm(signature) && sodium.crypto_sign_verify_detached(signature, signed, x),
  };
}

/**
 * libsodium if its prebuilt addon fits the machine, otherwise `node:crypto`. It verifies on this thread, which takes less
 * time than passing the work to another (docs/adr/0017).
 */
export const ed25519: Ed25519 = load() ?? openssl;

function load(): Ed25519 | undefined {
  try {
    return libsodium(require('sodium-native') as Sodium);
  } catch {
    return undefined;
  }
}
