import { encodeCbor } from './cbor.js';
import type { NoteKey, NoteKeyName, NoteSigner } from './vkey.js';

/**
 * The signature of a log over the root of a checkpoint as COSE_Sign1 (RFC 9052) with a detached payload. It vouches for no size
 * and carries no cosignature: the checkpoint does.
 */
export interface SignedRoot {
  /** The protected header, as it was signed. */
  readonly protected: Uint8Array;
  readonly signature: Uint8Array;
}

/** Where an entry is under the root. */
interface InclusionProof {
  readonly size: number;
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** Labels of headers: RFC 9052 section 3.1, and RFC 9942 for `vds` and `vdp`. */
const LABEL = { alg: 1, kid: 4, vds: 395, vdp: 396 } as const;
/** EdDSA of RFC 9053; keys of a log are Ed25519. */
const EDDSA = -8;
/** The verifiable data structure RFC9162_SHA256. */
const RFC9162_SHA256 = 1;
const INCLUSION = -1;
const COSE_SIGN1 = 18;

/** Signs the root of a checkpoint that the log signed as a note before. */
export function signRoot(root: Uint8Array, signer: NoteSigner): SignedRoot {
  const header = protectedHeader(signer);
  return { protected: header, signature: signer.sign(signedBytes(header, root)) };
}

/** Resolves to true if the log with this key signed the root, and the header says so. */
export async function isSignedRoot(root: Uint8Array, signed: SignedRoot, key: NoteKey): Promise<boolean> {
  const header = protectedHeader(key);
  return header.equals(signed.protected) && key.verify(signedBytes(header, root), signed.signature);
}

/** Returns the receipt of an entry (RFC 9942 section 5.2.1), which its verifier checks against the root that the path leads to. */
export function formatReceipt(signed: SignedRoot, { size, index, path }: InclusionProof): Uint8Array {
  const proof = encodeCbor([size, index, path]);
  const unprotected = new Map([[LABEL.vdp, new Map([[INCLUSION, [proof]]])]]);
  return encodeCbor({ tag: COSE_SIGN1, value: [signed.protected, unprotected, null, signed.signature] });
}

/** The key is named as in a vkey: `<origin>+<key id>`. */
function protectedHeader({ name, keyId }: NoteKeyName): Buffer {
  return encodeCbor(
    new Map<number, number | Uint8Array>([
      [LABEL.alg, EDDSA],
      [LABEL.kid, Buffer.from(`${name}+${keyId}`)],
      [LABEL.vds, RFC9162_SHA256],
    ]),
  );
}

/** Sig_structure of RFC 9052 section 4.4, without external data. Its first byte begins no UTF-8, so no note is signed by it. */
function signedBytes(header: Uint8Array, root: Uint8Array): Uint8Array {
  return encodeCbor(['Signature1', header, new Uint8Array(), root]);
}
