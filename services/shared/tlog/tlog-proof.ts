import { fail, type LiaisonError } from '../kernel/errors.js';
import { parseSize } from './checkpoint.js';
import { formatHashLines, parseHashLines } from './hash-lines.js';
import { readNoteText } from './signed-note.js';

/** A proof that an entry is in a log (C2SP tlog-proof), not verified. It does not hold the entry itself. */
export interface TlogProof {
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** The note of the checkpoint, with its cosignatures. */
  readonly note: string;
}

/** Maximum characters of a proof in evidence: far more than those of a note with a line of each witness. */
export const MAX_PROOF_LENGTH = 65_536;

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
const INDEX = 'index ';

/** Returns the content of a `.tlog-proof` file, without extra data. */
export function formatTlogProof({ index, path, note }: TlogProof): string {
  return `${FIRST_LINE}\n${INDEX}${index}\n${formatHashLines(path)}\n${note}`;
}

/** Reads a `.tlog-proof` file; extra data is skipped, because nothing vouches for it. Throws `note-malformed`. */
export function parseTlogProof(source: string | Uint8Array): TlogProof {
  const text = readNoteText(source);
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('has no checkpoint');
  const [first, ...lines] = text.slice(0, end).split('\n');
  if (first !== FIRST_LINE) throw malformed(`does not begin with \`${FIRST_LINE}\``);
  if (lines[0]?.startsWith(EXTRA)) lines.shift();
  const [indexLine = '', ...hashes] = lines;
  const index = indexLine.startsWith(INDEX) ? parseSize(indexLine.slice(INDEX.length)) : undefined;
  if (index === undefined) throw malformed('has an unreadable index');
  return { index, path: parseHashLines(hashes), note: text.slice(end + 2) };
}

const malformed = (what: string): LiaisonError => fail('note-malformed', `the proof ${what}`);
