import { fail } from '../../kernel/errors.js';
import type { GatewayFacts } from './gateway-facts.js';
import type { Database } from '../sqlite.js';

/** A row to index: the SD-JWT of a notice. */
interface TextRow {
  readonly seq: number;
  readonly content: string;
}

/** The columns of each index. A caller that may read only headers of own notices searches only those. */
const COLUMNS = { own: ['header', 'sections'], inbox: ['text'] } as const;

/** The words of one table; filled in the background, because indexing a row costs as much as a signature. */
export interface TextIndex {
  /** Indexes up to `limit` new rows, with one text for each column; returns true when none is left. */
  catchUp(textsOf: (row: TextRow) => readonly string[], limit: number): boolean;
  /** Removes a row from the index. */
  forget(seq: number): void;
}

/** Creates the text index of own notices or of the inbox, by header and sections. */
export function createTextIndex(db: Database, facts: GatewayFacts, table: 'own' | 'inbox'): TextIndex {
  const next = db.prepare<[number, number], TextRow>(
    `SELECT seq, sd_jwt AS content FROM ${table} WHERE seq > ? AND sd_jwt IS NOT NULL ORDER BY seq LIMIT ?`,
  );
  const columns = COLUMNS[table];
  const add = db.prepare<[number, ...string[]]>(
    `INSERT INTO ${table}_text (rowid, ${columns.join(', ')}) VALUES (?${', ?'.repeat(columns.length)})`,
  );
  const remove = db.prepare<[number]>(`DELETE FROM ${table}_text WHERE rowid = ?`);
  return {
    catchUp: (textsOf, limit) =>
      db.transaction(() => {
        const rows = next.all(facts.number(`${table}-text`), limit);
        for (const row of rows) add.run(row.seq, ...textsOf(row).map(folded));
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

/**
 * Builds the FTS5 query for rows with all words of a text, each as a prefix, in `column` or, if it is absent, in any
 * column. Throws `usage` for a text without words or with more than 16.
 */
export function matchOf(text: string, column?: string): string {
  const words = folded(text).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  if (words.length > 0 && words.length <= MAX_WORDS) {
    const all = words.map((word) => `"${word}"*`).join(' ');
    return column === undefined ? all : `${column} : (${all})`;
  }
  const message = words.length === 0 ? 'expected a word' : `expected ${MAX_WORDS} words at most`;
  throw fail('usage', `\`text\`: ${message}`, [{ path: 'text', message }]);
}
