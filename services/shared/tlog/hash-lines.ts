import { decodeBase64, encodeBase64 } from '../kernel/base64.js';
import { fail } from '../kernel/errors.js';

/** The most hashes of a proof, which a tree of 2^63 leaves would have (C2SP tlog-witness). */
export const MAX_PROOF_HASHES = 63;

/** Returns the hashes of a proof as lines of base64, each ended by a newline. */
export function formatHashLines(hashes: readonly Uint8Array[]): string {
  return hashes.map((hash) => `${encodeBase64(hash)}\n`).join('');
}

/** Reads the lines of a proof, at most 63 of 32 bytes. Throws `note-malformed`. */
export function parseHashLines(lines: readonly string[]): readonly Uint8Array[] {
  if (lines.length > MAX_PROOF_HASHES)
    throw fail('note-malformed', `a proof of more than ${MAX_PROOF_HASHES} hashes`);
  return lines.map((line, index) => {
    const hash = decodeBase64(line);
    if (hash?.length === 32) return hash;
    throw fail('note-malformed', `hash ${index + 1} of the proof is unreadable`);
  });
}
