import type { Database } from '../../../services/shared/store/sqlite.js';

/** The number of rows of each table that has any, without the tables inside a text index. */
export function rowsLeft(db: Database): Readonly<Record<string, number>> {
  const tables = db.prepare<[], { name: string }>(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'",
  );
  const counts = tables.all().map(({ name }): [string, number] => {
    const count = db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM "${name}"`);
    return [name, count.get()?.n ?? 0];
  });
  return Object.fromEntries(counts.filter(([, rows]) => rows > 0));
}
