import { fail } from '../../kernel/errors.js';
import type { GatewayFacts } from './gateway-facts.js';
import type { Database } from '../sqlite.js';

/** A row to be indexed: the header (JSON) of an own notice, or the SD-JWT of a received one. */
interface TextRow {
  readonly seq: number;
  readonly content: string;
}

/** The words of one table; filled in the background, because indexing a row costs as much as a signature. */
export interface TextIndex {
  /** Indexes up to `limit` new rows; returns true when none is left. */
  catchUp(textOf: (row: TextRow) => string, limit: number): boolean;
  /** Removes a row from the index. */
  forget(seq: number): void;
}

/** Creates the text index of own notices, by header, or of the inbox, by header and sections. */
export function createTextIndex(db: Database, facts: GatewayFacts, table: 'own' | 'inbox'): TextIndex {
  const column = table === 'own' ? 'header' : 'sd_jwt';
  const next = db.prepare<[number, number], TextRow>(
    `SELECT seq, ${column} AS content FROM ${table} WHERE seq > ? AND ${column} IS NOT NULL ORDER BY seq LIMIT ?`,
  );
  const add = db.prepare<[number, string]>(`INSERT INTO ${table}_text (rowid, text) VALUES (?, ?)`);
  const remove = db.prepare<[number]>(`DELETE FROM ${table}_text WHERE rowid = ?`);
  return {
    catchUp: (textOf, limit) =>
      db.transaction(() => {
        const rows = next.all(facts.number(`${table}-text`), limit);
        for (const row of rows) add.run(row.seq, folded(textOf(row)));
        const last = rows.at(-1);
        if (last) facts.set(`${table}-text`, last.seq);
        return rows.length < limit;
      }),
    forget: (seq) => void remove.run(seq),
  };
}

/** Accents and the vowel points of Hebrew and Arabic, which are optional in writing. */
const OPTIONAL_MARKS = /(?=\p{M})[\u0300-\u036f\u0590-\u06ff]/gu;

/** Returns one form for all spellings of a word: composed or not (UAX 15), of any width, with or without points. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(OPTIONAL_MARKS, '').normalize('NFKC');
}

const MAX_WORDS = 16;

/** Builds the FTS5 query for rows with all words of a text, each as a prefix. Throws `usage` for no word or over 16. */
export function matchOf(text: string): string {
  const words = folded(text).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  if (words.length > 0 && words.length <= MAX_WORDS) return words.map((word) => `"${word}"*`).join(' ');
  const message = words.length === 0 ? 'expected a word' : `expected ${MAX_WORDS} words at most`;
  throw fail('usage', `\`text\`: ${message}`, [{ path: 'text', message }]);
}
