import { fail } from '../../kernel/errors.js';
import type { GatewayFacts } from './gateway-facts.js';
import type { Database } from '../sqlite.js';

/** A row to be made searchable: the header (JSON) of an own notice, the text of a held one. */
interface TextRow {
  readonly seq: number;
  readonly content: string;
}

/** Rows of one table as searchable words; filled behind the traffic because a row costs as much as a signature. */
export interface TextIndex {
  /** Takes in up to `limit` rows; true when nothing is left. */
  catchUp(textOf: (row: TextRow) => string, limit: number): boolean;
  forget(seq: number): void;
}

/** `own` is searched by header, `inbox` by header and sections. */
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

/** Accents, and the vowel points of Hebrew and Arabic: one writes them, another does not. */
const OPTIONAL_MARKS = /(?=\p{M})[\u0300-\u036f\u0590-\u06ff]/gu;

/** One form for all ways to write a word: composed or not (UAX 15), in a width of its own, with its points or without. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(OPTIONAL_MARKS, '').normalize('NFKC');
}

const MAX_WORDS = 16;

/** A user's words as an FTS5 query: each a quoted prefix, all must be there. Throws `usage` where no word is, or too many are. */
export function matchOf(text: string): string {
  const words = folded(text).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  if (words.length > 0 && words.length <= MAX_WORDS) return words.map((word) => `"${word}"*`).join(' ');
  const message = words.length === 0 ? 'expected a word' : `expected ${MAX_WORDS} words at most`;
  throw fail('usage', `\`text\`: ${message}`, [{ path: 'text', message }]);
}
