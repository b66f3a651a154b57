import { fail } from '../../kernel/errors.js';
import { parseStrictJson } from '../../kernel/strict-json.js';
import { parseTlogProof } from '../../tlog/tlog-proof.js';
import { parsePack } from '../pack.js';
import { EVIDENCE_LIMITS } from '../statements.js';

const PROOF = 'c2sp.org/tlog-proof@';

/**
 * Returns the notes of the checkpoints in a file that the verifier kept: a checkpoint, a `.tlog-proof`, or an evidence pack
 * with proofs. Nothing is verified. Throws as the parsers of a proof and of a pack do, and `not-found` for a pack without
 * proofs.
 */
export function keptNotes(source: Uint8Array): readonly string[] {
  const text = Buffer.from(source).toString('utf8');
  if (text.startsWith(PROOF)) return [parseTlogProof(source).note];
  if (!text.trimStart().startsWith('{')) return [text];
  const { records } = parsePack(parseStrictJson(source, EVIDENCE_LIMITS));
  const notes = records.flatMap(({ proof }) => (proof === null ? [] : [parseTlogProof(proof).note]));
  if (notes.length === 0) throw fail('not-found', 'the pack has no proof, and therefore no checkpoint');
  return [...new Set(notes)];
}
