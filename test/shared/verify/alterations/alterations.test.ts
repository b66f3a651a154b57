import { beforeAll, describe, expect, test } from 'vitest';
import { alterationsOf, fieldsOf, type Way } from './alter-fields.js';
import { craftFiles, type HonestFile } from './altered-files.js';
import { type Binding, readBindings } from './binding-table.js';

const tables = readBindings();
const OF_ALL = 'Directory';

/** An alteration with which a file of evidence still holds. */
interface Accepted {
  readonly field: string;
  readonly way: Way;
  readonly place: string;
}

/** The alterations of one file. */
interface Result extends Pick<HonestFile, 'table' | 'what'> {
  readonly fields: readonly string[];
  readonly count: number;
  readonly accepted: readonly Accepted[];
}

let results: readonly Result[];
beforeAll(async () => {
  const files = await craftFiles();
  results = await Promise.all(files.map(alterAll));
}, 120_000);

async function alterAll({ table, what, file, other, accepts }: HonestFile): Promise<Result> {
  expect([what, await accepts(file)]).toEqual([what, true]);
  const accepted: Accepted[] = [];
  let count = 0;
  for (const { field, way, place, value } of alterationsOf(file, other)) {
    count += 1;
    if (await accepts(value)) accepted.push({ field: rowOf(field), way, place });
  }
  return { table, what, fields: [...fieldsOf(file).keys()].map(rowOf), count, accepted };
}

/** The members of each of two directories have the rows of those of one. */
const rowOf = (field: string): string => field.replace(/^directories\[\]\./, 'directory.');

/** The row of a field in the table of its file, else in that of every file. */
function bindingOf(table: string, field: string): Binding | undefined {
  const ofFile = tables.get(table)?.find((row) => row.field === field);
  return ofFile ?? tables.get(OF_ALL)?.find((row) => row.field === field);
}

describe('docs/formats.md: what binds each field', () => {
  test('has a row for every field of every kind of file, and no other row', () => {
    const fields = results.flatMap(({ table, fields: of }) => of.map((field) => ({ table, field })));
    const unknown = fields.filter(({ table, field }) => bindingOf(table, field) === undefined);
    expect(unknown).toEqual([]);
    const known = new Set(fields.map(({ table, field }) => `${table} ${field}`));
    const all = new Set(fields.map(({ field }) => field));
    const isOf = (table: string, field: string): boolean =>
      table === OF_ALL ? all.has(field) : known.has(`${table} ${field}`);
    const rows = [...tables].flatMap(([table, of]) => of.map(({ field }) => ({ table, field })));
    expect(rows.filter(({ table, field }) => !isOf(table, field))).toEqual([]);
  });

  test('says “not covered” of each alteration that a file still holds with', () => {
    const hidden = results.flatMap(({ table, what, accepted }) =>
      accepted
        .filter(({ field, way }) => bindingOf(table, field)?.notCovered.includes(way) !== true)
        .map(({ way, place }) => `${what}: ${way} ${place}`),
    );
    expect(hidden).toEqual([]);
  });

  test('says “not covered” of no alteration that every file fails with', () => {
    const seen = new Set(
      results.flatMap(({ table, accepted }) =>
        accepted.flatMap(({ field, way }) => [`${table} ${field} ${way}`, `${OF_ALL} ${field} ${way}`]),
      ),
    );
    const claimed = [...tables].flatMap(([table, rows]) =>
      rows.flatMap(({ field, notCovered }) => notCovered.map((way) => `${table} ${field} ${way}`)),
    );
    expect(claimed.filter((one) => !seen.has(one))).toEqual([]);
  });

  test('is of files that a stranger can alter in some thousand ways', () => {
    const rows = results.map(({ what, count, accepted }) => [what, count, accepted.length] as const);
    for (const [what, count, accepted] of rows)
      process.stderr.write(
        `${what}: ${count} alterations, ${accepted} accepted, ${count - accepted} rejected\n`,
      );
    expect(rows.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(3_000);
  });
});
