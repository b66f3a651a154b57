import type { CryptoKey } from 'jose';
import { fail } from '../kernel/errors.js';
import { parseKid } from './kid.js';

/** A person's signing key in a browser; it cannot be extracted. */
export interface WebKey {
  readonly kid: string;
  /** The public part, as in its JWK. */
  readonly x: string;
  readonly key: CryptoKey;
}

const ALGORITHM = 'Ed25519';
const KEY_TEXT = /^[A-Za-z0-9_-]{43}$/;

/**
 * Imports the private JWK of an operator key into WebCrypto as a key that cannot be extracted. Throws `key-invalid` with the
 * fault, and `not-ready` if the browser does not support Ed25519.
 */
export async function importOperatorKey(text: string): Promise<WebKey> {
  const { kid, x, d } = readMembers(text);
  const key = await imported({ x, d }, 'sign');
  // Refuses a file whose private part belongs to another key: the router would refuse every signature.
  const probe = new TextEncoder().encode(kid);
  const signature = await crypto.subtle.sign(ALGORITHM, key, probe);
  if (!(await crypto.subtle.verify(ALGORITHM, await imported({ x }, 'verify'), signature, probe))) {
    throw fail('key-invalid', `the private part of key \`${kid}\` does not belong to its public part`);
  }
  return { kid, x, key };
}

/** Resolves to a compact JWS over exactly these bytes, identical to that of a `Signer` with the same key. */
export async function signCompact({ kid, key }: WebKey, typ: string, payload: string): Promise<string> {
  const header = JSON.stringify({ alg: 'EdDSA', kid, typ });
  const bytes = new TextEncoder();
  const signed = `${base64url(bytes.encode(header))}.${base64url(bytes.encode(payload))}`;
  const signature = await crypto.subtle.sign(ALGORITHM, key, bytes.encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

interface Members {
  readonly kid: string;
  readonly x: string;
  readonly d: string;
}

/** Reads the members of the JWK. Its errors never contain the private part. */
function readMembers(text: string): Members {
  const { kty, crv, kid, x, d } = parsed(text);
  const { use } = parseKid(kid);
  const name = `key \`${String(kid)}\``;
  if (use !== 'operator') throw fail('key-invalid', `${name} is for \`${use}\`, not for \`operator\``);
  if (kty !== 'OKP' || crv !== ALGORITHM)
    throw fail('key-invalid', `${name} is not on the curve ${ALGORITHM}`);
  if (!isKeyText(x)) throw fail('key-invalid', `${name} has no public part`);
  if (!isKeyText(d)) throw fail('key-invalid', `${name} has no private part`);
  return { kid: String(kid), x, d };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch {
    throw fail('key-invalid', 'this file is not a key: expected a JWK as `init` writes it');
  }
}

const isKeyText = (value: unknown): value is string => typeof value === 'string' && KEY_TEXT.test(value);

async function imported(part: Partial<Members>, use: 'sign' | 'verify'): Promise<CryptoKey> {
  try {
    const jwk = { kty: 'OKP', crv: ALGORITHM, ...part };
    return await crypto.subtle.importKey('jwk', jwk, ALGORITHM, false, [use]);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError')
      throw fail('not-ready', `this browser does not support ${ALGORITHM}`);
    throw fail('key-invalid', 'the public and private parts do not belong to one key');
  }
}

/** Encodes without `Buffer`, which browsers do not have. */
function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
