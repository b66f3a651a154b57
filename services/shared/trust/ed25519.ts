import { createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** One way to check signatures of Ed25519 (RFC 8032). Whatever it is, the same tokens pass and the same are refused. */
export interface Ed25519 {
  readonly name: 'libsodium' | 'openssl';
  /** A check with this public key of 32 bytes: resolves to false for whatever is no signature of 64 bytes by it. */
  importKey(x: Uint8Array): (signed: Uint8Array, signature: Uint8Array) => Promise<boolean>;
}

const SIGNATURE = 64;
const require = createRequire(import.meta.url);

/** Node's own, on another thread: start many before awaiting one. */
export const openssl: Ed25519 = {
  name: 'openssl',
  importKey: (x) => {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x).toString('base64url') },
      format: 'jwk',
    });
    return (signed, signature) => verifyOffThread(null, signed, key, signature);
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
      signature.length === SIGNATURE && sodium.crypto_sign_verify_detached(signature, signed, x),
  };
}

/**
 * libsodium where its prebuilt addon fits the machine, else Node's own. It answers at once on this thread: that takes less
 * than Node needs to hand the work to another one (docs/adr/0017).
 */
export const ed25519: Ed25519 = load() ?? openssl;

function load(): Ed25519 | undefined {
  try {
    return libsodium(require('sodium-native') as Sodium);
  } catch {
    return undefined;
  }
}
