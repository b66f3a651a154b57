import { KeyObject, sign } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose';
import { decodeBase64url, encodeBase64url } from '../kernel/base64url.js';
import { fail } from '../kernel/errors.js';
import { parseStrictJson } from '../kernel/strict-json.js';
import { ed25519 } from './ed25519/ed25519.js';
import { isOnCurve } from './ed25519/ed25519-form.js';
import { type PrivateJwk, type PublicJwk, parsePrivateJwk, parsePublicJwk } from './jwk.js';
import { type KeyName, parseKid } from './kid.js';
import { readSecret } from './secret-file.js';

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

/** Imports a private key. Throws `key-invalid`. */
export async function importSigner(jwk: PrivateJwk): Promise<Signer> {
  const { kid, ...rest } = parsePrivateJwk(jwk);
  const key = KeyObject.from(await imported({ kid, ...rest }));
  return {
    kid,
    ...parseKid(kid),
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
  return importSigner(parsePrivateJwk(parseStrictJson(readSecret(path))));
}

/** Imports a public key. Throws `key-invalid`. */
export async function importVerifier(jwk: PublicJwk, backend = ed25519): Promise<Verifier> {
  const { kid, x } = parsePublicJwk(jwk);
  const point = decodeBase64url(x);
  if (!isOnCurve(point)) throw fail('key-invalid', `key \`${kid}\` is not a point of the curve`);
  const verify = backend.importKey(point);
  return { verify: (signed, signature) => verify(Buffer.from(signed, 'latin1'), signature) };
}

async function imported(jwk: PrivateJwk): Promise<CryptoKey> {
  try {
    return (await importJWK({ ...jwk }, 'EdDSA')) as CryptoKey;
  } catch {
    throw fail('key-invalid', `key \`${jwk.kid}\` is not an Ed25519 key`);
  }
}
