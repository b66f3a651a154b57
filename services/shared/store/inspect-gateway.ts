import { openGatewayDatabase } from './gateway/gateway-database.js';
import type { Database } from './sqlite.js';

/** The last row of each table that numbers its rows. */
export type Marks = ReadonlyMap<string, number>;

/** A gateway's database, read beside the gateway: what it holds. */
export interface Inspection {
  /** Receipts in the form of a record: those it signed as a recipient, and those forwarded to it as an originator. */
  receipts(since: Marks): Generator<Uint8Array>;
  /** Frames that the hub spoke of and this gateway never sent. */
  foreignFrames(): readonly string[];
  marks(): Marks;
  /** Every value above the marks, of every table that numbers its rows and is no part of a text index. */
  values(since: Marks): Generator<string | Uint8Array>;
  /** Every value of the other tables. */
  otherValues(): Generator<string | Uint8Array>;
  close(): void;
}

type Row = Readonly<Record<string, unknown>>;

/** Where receipts are kept: table and column. */
const RECEIPTS = [
  ['delivery', 'receipt'],
  ['receipt_set', 'bytes'],
] as const;

/** Read at once: little enough that whoever else is in the process does not notice. */
const ROWS = 100;

/** Throws `config-invalid` for a damaged one, and when a newer program wrote it. */
export function inspectGateway(path: string): Inspection {
  const db = openGatewayDatabase(path);
  const foreign = db.prepare<[], { frame: string }>(
    "SELECT DISTINCT frame FROM rejected_frame WHERE class = 'report' AND frame IS NOT NULL",
  );
  const tables = tablesOf(db);
  return {
    receipts: function* (since) {
      for (const [table, column] of RECEIPTS) {
        for (const row of rowsAbove(db, table, since.get(table) ?? 0)) {
          const value = row[column];
          if (value instanceof Uint8Array) yield value;
        }
      }
    },
    foreignFrames: () => foreign.all().map(({ frame }) => frame),
    marks: () => new Map(tables.numbered.map((name) => [name, lastRow(db, name)])),
    values: function* (since) {
      for (const name of tables.numbered) {
        for (const row of rowsAbove(db, name, since.get(name) ?? 0)) yield* valuesIn(row);
      }
    },
    otherValues: function* () {
      for (const name of tables.others) for (const row of allRows(db, name)) yield* valuesIn(row);
    },
    close: () => db.close(),
  };
}

function tablesOf(db: Database): {
  readonly numbered: readonly string[];
  readonly others: readonly string[];
} {
  const list = db.prepare<[], { name: string; type: string; wr: number }>(
    "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND type <> 'view'",
  );
  const isNumbered = ({ type, wr }: { readonly type: string; readonly wr: number }): boolean =>
    type !== 'shadow' && wr === 0;
  const all = list.all();
  return {
    numbered: all.filter(isNumbered).map(({ name }) => name),
    others: all.filter((table) => !isNumbered(table)).map(({ name }) => name),
  };
}

function lastRow(db: Database, name: string): number {
  return db.prepare<[], { last: number | null }>(`SELECT max(rowid) AS last FROM "${name}"`).get()?.last ?? 0;
}

function* rowsAbove(db: Database, name: string, mark: number): Generator<Row> {
  const page = db.prepare<[number], Row & { readonly at_row: number }>(
    `SELECT rowid AS at_row, * FROM "${name}" WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS}`,
  );
  for (let rows = page.all(mark); rows.length > 0; ) {
    yield* rows;
    rows = rows.length < ROWS ? [] : page.all(rows.at(-1)?.at_row ?? Infinity);
  }
}

function* allRows(db: Database, name: string): Generator<Row> {
  const page = db.prepare<[number], Row>(`SELECT * FROM "${name}" LIMIT ${ROWS} OFFSET ?`);
  let rows = page.all(0);
  for (let offset = ROWS; rows.length > 0; offset += ROWS) {
    yield* rows;
    rows = rows.length < ROWS ? [] : page.all(offset);
  }
}

function* valuesIn(row: Row): Generator<string | Uint8Array> {
  for (const value of Object.values(row)) {
    if (typeof value === 'string' || value instanceof Uint8Array) yield value;
  }
}

/** When a notice was taken or held; milliseconds since the epoch, by its gateway's clock. */
export interface At {
  readonly originator: string;
  readonly id: string;
  readonly at: number;
}

/** What a gateway's database says of the time; own notices bear an empty originator. */
export interface Times {
  /** Own notices that were accepted from `from` until before `to`. */
  readonly accepted: readonly At[];
  /** Held notices that came since `from`. */
  readonly held: readonly At[];
}

/** Reads them beside the gateway. Throws `config-invalid` for a damaged database, and when a newer program wrote it. */
export function inspectTimes(
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
): Times {
  const db = openGatewayDatabase(path);
  try {
    const accepted = db.prepare<[number, number], At>(
      "SELECT '' AS originator, id, at FROM own WHERE at >= ? AND at < ?",
    );
    const held = db.prepare<[number], At>('SELECT originator, id, at FROM inbox WHERE at >= ?');
    return { accepted: accepted.all(from, to), held: held.all(from) };
  } finally {
    db.close();
  }
}
