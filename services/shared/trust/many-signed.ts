import { encodeBase64url } from '../kernel/base64url.js';
import { closed } from '../kernel/closed-schema.js';
import { fail } from '../kernel/errors.js';
import { readFront, type Typ } from './parse-compact-jws.js';

/** A JWS in the general JSON serialisation (RFC 7515 section 7.2.1): one payload with a signature of each of several keys. */
export interface ManySigned {
  readonly payload: string;
  readonly signatures: readonly KeySignature[];
}

interface KeySignature {
  readonly protected: string;
  readonly signature: string;
}

/** Returns the JSON schema of a text of at most `bytes` with at most `count` signatures. */
export function manySignedSchema(bytes: number, count: number): object {
  const text = { type: 'string', pattern: '^[A-Za-z0-9_-]+$', maxLength: bytes };
  const signatures = { type: 'array', maxItems: count, items: closed({ protected: text, signature: text }) };
  return closed({ payload: text, signatures });
}

/** A key that signs exactly the bytes that it is given. */
export interface KeyProver {
  readonly kid: string;
  readonly prove: (bytes: Uint8Array) => Uint8Array;
}

/** Signs claims with each of these keys, in their order. */
export function signMany(typ: Typ, claims: object, provers: readonly KeyProver[]): ManySigned {
  const payload = encodeBase64url(Buffer.from(JSON.stringify(claims)));
  const signatures = provers.map(({ kid, prove }): KeySignature => {
    const header = encodeBase64url(Buffer.from(JSON.stringify({ alg: 'EdDSA', kid, typ })));
    return {
      protected: header,
      signature: encodeBase64url(prove(Buffer.from(`${header}.${payload}`, 'latin1'))),
    };
  });
  return { payload, signatures };
}

/** Verifies a signature over the text of header and payload. */
export type VerifySignature = (signed: string, signature: Uint8Array) => Promise<boolean>;

/** Requires a valid signature of the key `kid`. Throws `signature-invalid`, and `token-malformed` or `json-…` for its form. */
export async function requireSignatureOf(
  { payload, signatures }: ManySigned,
  { typ, kid, verify }: { readonly typ: Typ; readonly kid: string; readonly verify: VerifySignature },
): Promise<void> {
  for (const one of signatures) {
    const front = readFront(`${one.protected}.${payload}.${one.signature}`, typ);
    if (front.kid === kid && (await verify(front.signed, front.signature))) return;
  }
  throw fail('signature-invalid', `no signature of \`${kid}\` over the whole request`);
}

/** Returns the ids of the keys that signatures name, in their order. Throws as `readFront` does. */
export function signingKids({ payload, signatures }: ManySigned, typ: Typ): readonly string[] {
  return signatures.map((one) => readFront(`${one.protected}.${payload}.${one.signature}`, typ).kid);
}
