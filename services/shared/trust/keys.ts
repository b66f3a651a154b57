import { KeyObject, sign } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose';
import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { type Ed25519, ed25519 } from './ed25519/ed25519.js';
import { isOnCurve, isPointForm } from './ed25519/ed25519-form.js';
import { type PrivateJwk, type PublicJwk, parsePrivateJwk, parsePublicJwk } from './jwk.js';
import { type KeyName, type KeyUse, parseKid } from './kid.js';
import { readPrivateJwk } from './secret-file.js';

export { publicJwk } from './jwk.js';

/** A private key, imported once. */
export interface Signer extends KeyName {
  readonly kid: string;
  /** Resolves to a compact JWS over exactly these bytes, with the header `{alg, kid, typ}`. */
  sign(typ: string, payload: Uint8Array): Promise<string>;
}

/** A public key, imported once. */
export interface Verifier {
  verify(signed: string, signature: Uint8Array): Promise<boolean>;
}

/** Generates an Ed25519 key with the id `<owner>:<use>:<n>`. Throws `key-invalid` for another id. */
export async function generateKey(kid: string): Promise<PrivateJwk> {
  parseKid(kid);
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x, d } = await exportJWK(privateKey);
  return parsePrivateJwk({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x, d });
}

/** The uses of keys that sign bytes as they are (`ByteSigner`), and never a JWS. */
export const SIGNS_BYTES: readonly KeyUse[] = ['log', 'witness'];

/** Imports a private key. Throws `key-invalid`, also for a key of `SIGNS_BYTES`. */
export async function importSigner(jwk: PrivateJwk): Promise<Signer> {
  const { kid, ...rest } = parsePrivateJwk(jwk);
  const name = parseKid(kid);
  if (SIGNS_BYTES.includes(name.use))
    throw fail('key-invalid', `key \`${kid}\` is for \`${name.use}\`, which signs no JWS`);
  const key = await importPrivateKey({ kid, ...rest });
  return {
    kid,
    ...name,
    sign: async (typ, payload) => {
      const header = encodeBase64url(Buffer.from(JSON.stringify({ alg: 'EdDSA', kid, typ })));
      const signed = `${header}.${encodeBase64url(payload)}`;
      // On this thread, because passing the work to another and back costs more than a signature (docs/adr/0015).
      return `${signed}.${encodeBase64url(sign(null, Buffer.from(signed, 'latin1'), key))}`;
    },
  };
}

/** Reads and imports a private key. Throws `config-invalid` unless the file has mode 0600, `key-invalid` for its content. */
export async function readSigner(path: string): Promise<Signer> {
  return importSigner(readPrivateJwk(path));
}

/** Imports a public key. Throws `key-invalid`. */
export async function importVerifier(jwk: PublicJwk, backend = ed25519): Promise<Verifier> {
  const { kid, x } = parsePublicJwk(jwk);
  const verify = importPoint(kid, decodeBase64url(x), backend);
  return { verify: (signed, signature) => verify(Buffer.from(signed, 'latin1'), signature) };
}

/**
 * Imports the 32 bytes of a public key; `name` is for the error. The returned function resolves to false for anything but a
 * valid signature. Throws `key-invalid`.
 */
export function importPoint(
  name: string,
  point: Uint8Array,
  backend = ed25519,
): ReturnType<Ed25519['importKey']> {
  if (!isPointForm(point) || !isOnCurve(point))
    throw fail('key-invalid', `key \`${name}\` is not a point of the curve`);
  return backend.importKey(point);
}

/** Imports the private key of a JWK. Throws `key-invalid`. */
export async function importPrivateKey(jwk: PrivateJwk): Promise<KeyObject> {
  try {
    return KeyObject.from((await importJWK({ ...jwk }, 'EdDSA')) as CryptoKey);
  } catch {
    throw fail('key-invalid', `key \`${jwk.kid}\` is not an Ed25519 key`);
  }
}

/**
 * Imports a private key of any use, also one that signs no JWS otherwise, to prove that its holder has it; the returned
 * function signs exactly these bytes. Throws `key-invalid`.
 */
export async function importProver(jwk: PrivateJwk): Promise<(bytes: Uint8Array) => Uint8Array> {
  const key = await importPrivateKey(jwk);
  return (bytes) => sign(null, bytes, key);
}
