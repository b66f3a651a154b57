import { openGatewayDatabase } from './gateway/gateway-database.js';
import type { Database } from './sqlite.js';

/** The last row id of each table with row ids. */
export type Marks = ReadonlyMap<string, number>;

/** Reads the database of a gateway while the gateway may be running. */
export interface Inspection {
  /** Receipts: those that it signed as a recipient, and those forwarded to it as an originator. */
  receipts(since: Marks): Generator<InspectedReceipt>;
  /** Ids of frames with a report of the hub since `from` (ms) that this gateway never sent. */
  foreignFrames(from: number): readonly string[];
  marks(): Marks;
  /** Every value above the marks, of every table with row ids that is not part of a text index. */
  values(since: Marks): Generator<string | Uint8Array>;
  /** Every value of the other tables. */
  otherValues(): Generator<string | Uint8Array>;
  close(): void;
}

/** A receipt as its recipient signed it, with what tells the notices of its delivery, in order. */
export interface InspectedReceipt {
  readonly jws: string;
  /** At the recipient, a delivery frame with the proofs of its records; at the originator, the ids, empty for a forgotten one. */
  readonly notices: Uint8Array | readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/** Rows read at a time: few enough not to block the process noticeably. */
const ROWS = 100;

/** Opens a gateway's database. Throws `config-invalid` when it is damaged or a newer program wrote it. */
export function inspectGateway(path: string): Inspection {
  const db = openGatewayDatabase(path);
  const foreign = db.prepare<[number], { frame: string }>(
    "SELECT DISTINCT frame FROM rejected_frame WHERE class = 'report' AND frame IS NOT NULL AND at >= ?",
  );
  const own = db.prepare<[number], { id: string }>('SELECT id FROM own WHERE seq = ?');
  const tables = tablesOf(db);
  return {
    receipts: function* (since) {
      for (const row of rowsAbove(db, 'delivery', since.get('delivery') ?? 0))
        yield { jws: String(row['receipt']), notices: row['proofs'] as Uint8Array };
      for (const row of rowsAbove(db, 'receipt', since.get('receipt') ?? 0)) {
        const seqs = JSON.parse(String(row['notices'])) as readonly number[];
        yield { jws: String(row['jws']), notices: seqs.map((seq) => own.get(seq)?.id ?? '') };
      }
    },
    foreignFrames: (from) => foreign.all(from).map(({ frame }) => frame),
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

/** When a gateway accepted or received a notice, in milliseconds since the epoch by its clock. */
export interface NoticeTime {
  /** Empty for an own notice. */
  readonly originator: string;
  readonly id: string;
  readonly at: number;
}

/** The times of a gateway's notices. */
export interface NoticeTimes {
  /** Own notices accepted from `from` until before `to`. */
  readonly accepted: readonly NoticeTime[];
  /** Notices received since `from`. */
  readonly held: readonly NoticeTime[];
}

/** Reads the times of notices. Throws `config-invalid` when the database is damaged or a newer program wrote it. */
export function inspectTimes(
  path: string,
  { from, to }: { readonly from: number; readonly to: number },
): NoticeTimes {
  const db = openGatewayDatabase(path);
  try {
    const accepted = db.prepare<[number, number], NoticeTime>(
      "SELECT '' AS originator, id, at FROM own WHERE at >= ? AND at < ?",
    );
    const held = db.prepare<[number], NoticeTime>('SELECT originator, id, at FROM inbox WHERE at >= ?');
    return { accepted: accepted.all(from, to), held: held.all(from) };
  } finally {
    db.close();
  }
}
