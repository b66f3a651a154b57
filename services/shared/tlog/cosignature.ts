import { SIGNATURE_TYPES, isNamedBy, type NoteKey, type NoteSigner, type SignatureType } from './vkey.js';
import type { NoteSignature } from './signed-note.js';

/** A cosignature that verifies, and when its witness made it, in seconds since the epoch. */
export interface Cosignature {
  readonly key: NoteKey;
  readonly time: number;
}

const TIME_BYTES = 8;

/** The message that a witness signs, by type of its key (C2SP tlog-cosignature). */
const MESSAGES: Partial<Record<SignatureType, (text: string, time: number) => Uint8Array>> = {
  [SIGNATURE_TYPES.cosignature]: (text, time) => Buffer.from(`cosignature/v1\ntime ${time}\n${text}`),
};

/** True for a key that makes cosignatures. */
export function isWitnessKey({ type }: Pick<NoteKey, 'type'>): boolean {
  return MESSAGES[type] !== undefined;
}

/**
 * Cosigns the text of a checkpoint at `time`, in seconds since the epoch. The caller has verified that the checkpoint is
 * consistent with the one that it signed before, and stored it.
 */
export function cosign(text: string, time: number, signer: NoteSigner): NoteSignature {
  const { name, keyId, type } = signer;
  const message = MESSAGES[type];
  if (message === undefined) throw new TypeError(`key \`${name}\` makes no cosignatures`);
  const bytes = Buffer.alloc(TIME_BYTES);
  bytes.writeBigUInt64BE(BigInt(time));
  return { name, keyId, signature: Buffer.concat([bytes, signer.sign(message(text, time))]) };
}

/** Verifies a cosignature on the text of a checkpoint. Resolves to undefined if it is of another key or does not verify. */
export async function verifyCosignature(
  text: string,
  signed: NoteSignature,
  key: NoteKey,
): Promise<Cosignature | undefined> {
  const message = MESSAGES[key.type];
  if (message === undefined || !isNamedBy(key, signed) || signed.signature.length <= TIME_BYTES)
    return undefined;
  const bytes = Buffer.from(signed.signature);
  const time = Number(bytes.readBigUInt64BE());
  if (!Number.isSafeInteger(time)) return undefined;
  const isValid = await key.verify(message(text, time), bytes.subarray(TIME_BYTES));
  return isValid ? { key, time } : undefined;
}
