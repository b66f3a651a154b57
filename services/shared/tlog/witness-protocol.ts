import { parseSize } from './checkpoint.js';
import { formatHashLines, MAX_PROOF_HASHES } from './hash-lines.js';
import { type NoteSignature, parseSignatureLines } from './signed-note.js';

/** What a witness answers over HTTP to `add-checkpoint` (C2SP tlog-witness). */
export type WitnessAnswer =
  | { readonly type: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  /** 409 with another size than was sent: the witness signed that size last, and takes a proof from there. */
  | { readonly type: 'other-size'; readonly size: number }
  /** 409 with the size that was sent, of a checkpoint of that size: the witness has signed another root for it. */
  | { readonly type: 'forked' }
  /** 404, 403, 400 and 422, in this order. */
  | { readonly type: 'log-unknown' | 'key-unknown' | 'not-later' | 'inconsistent' }
  | { readonly type: 'unreadable'; readonly status: number };

const REFUSALS = {
  404: 'log-unknown',
  403: 'key-unknown',
  400: 'not-later',
  422: 'inconsistent',
} as const;

/** Media type of the size in an answer 409. */
export const SIZE_TYPE = 'text/x.tlog.size';

/** Returns the body of `POST /add-checkpoint`: the proof that the checkpoint in `note` follows from size `from`. */
export function formatAddCheckpoint(from: number, proof: readonly Uint8Array[], note: string): string {
  if (proof.length > MAX_PROOF_HASHES) throw new RangeError('a proof has at most 63 hashes');
  return `old ${from}\n${formatHashLines(proof)}\n${note}`;
}

/**
 * Reads the answer to a checkpoint of this size with a proof `from` another one. Never throws: a witness that answers nonsense
 * cosigns nothing.
 */
export function readWitnessAnswer(
  { from, size: own }: { readonly from: number; readonly size: number },
  answer: { readonly status: number; readonly contentType?: string; readonly body: string },
): WitnessAnswer {
  const { status, contentType, body } = answer;
  const refusal = REFUSALS[status as keyof typeof REFUSALS];
  if (refusal !== undefined) return { type: refusal };
  if (status === 200) return readSignatures(body);
  if (status !== 409) return { type: 'unreadable', status };
  // A proxy may answer 409 too: only the size of the checkpoint itself says that the witness signed another root for it.
  const size = isSizeType(contentType) && body.endsWith('\n') ? parseSize(body.slice(0, -1)) : undefined;
  if (size === undefined) return { type: 'unreadable', status };
  if (size !== from) return { type: 'other-size', size };
  return size === own ? { type: 'forked' } : { type: 'unreadable', status };
}

/** True for the media type of a size, with or without parameters (RFC 9110, section 8.3.1). */
function isSizeType(contentType = ''): boolean {
  return contentType.split(';')[0]?.trim().toLowerCase() === SIZE_TYPE;
}

function readSignatures(body: string): WitnessAnswer {
  try {
    return { type: 'cosigned', signatures: parseSignatureLines(body) };
  } catch {
    return { type: 'unreadable', status: 200 };
  }
}
