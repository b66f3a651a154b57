import { existsSync } from 'node:fs';
import { queryDatabase } from '../sqlite.js';

/** Each attribute of a recorded notice, and each word that it or a list in it has. */
const RECORDED = `
  SELECT DISTINCT CASE typeof(each.key) WHEN 'integer' THEN each.path ELSE each.fullkey END AS at, each.atom AS word
  FROM notice, json_tree(notice.part, '$.attributes') AS each`;
const PREFIX = '$.attributes.';

/**
 * Returns a function that is true for an attribute, or a word of it, that some notice has in the router's database at this
 * path: `evaluation.source`, `A`. The database is read at the first call. Throws the error of a database that cannot be read.
 */
export function createRecordedWords(path: string): (attribute: string, word?: string) => boolean {
  let known: ReadonlySet<string> | undefined;
  return (attribute, word) => {
    known ??= readWords(path);
    return known.has(word === undefined ? attribute : `${attribute} ${word}`);
  };
}

function readWords(path: string): ReadonlySet<string> {
  if (!existsSync(path)) return new Set();
  const rows = queryDatabase<{ readonly at: string; readonly word: unknown }>(path, RECORDED);
  return new Set(
    rows.flatMap(({ at, word }) => {
      const attribute = at.slice(PREFIX.length);
      return [attribute, `${attribute} ${String(word)}`];
    }),
  );
}
