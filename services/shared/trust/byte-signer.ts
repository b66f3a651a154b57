import { sign } from 'node:crypto';
import { decodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { type PrivateJwk, parsePrivateJwk } from './jwk.js';
import { importPrivateKey, SIGNS_BYTES } from './keys.js';
import { type KeyName, parseKid } from './kid.js';
import { readPrivateJwk } from './secret-file.js';

/** A private key of use `log` or `witness`. It signs checkpoints and cosignatures, and no JWS. */
export interface ByteSigner extends KeyName {
  readonly kid: string;
  /** 32 bytes (RFC 8032 section 5.1.5). */
  readonly publicKey: Uint8Array;
  /** Returns the Ed25519 signature of exactly these bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}

/** Imports a private key. Throws `key-invalid`, also for a key of another use. */
export async function importByteSigner(jwk: PrivateJwk): Promise<ByteSigner> {
  const { kid, x, ...rest } = parsePrivateJwk(jwk);
  const name = parseKid(kid);
  if (!SIGNS_BYTES.includes(name.use))
    throw fail('key-invalid', `key \`${kid}\` is for \`${name.use}\`, not for ${SIGNS_BYTES.join(' or ')}`);
  const key = await importPrivateKey({ kid, x, ...rest });
  return { kid, ...name, publicKey: decodeBase64url(x), sign: (bytes) => sign(null, bytes, key) };
}

/** Reads and imports a private key. Throws `config-invalid` unless the file has mode 0600, `key-invalid` for its content. */
export async function readByteSigner(path: string): Promise<ByteSigner> {
  return importByteSigner(readPrivateJwk(path));
}
