import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { GATEWAY_MIGRATIONS } from './gateway-schema.js';
import { openDatabase } from './sqlite.js';

/** A gateway's database, read beside the gateway: what it holds, and every byte of it. */
export interface Inspection {
  /** How often each notice is held, over all revisions. */
  held(): readonly { readonly originator: string; readonly id: string; readonly times: number }[];
  /** Every receipt it signed, in the form of a record. */
  receipts(): readonly Uint8Array[];
  /** Frames that the hub spoke of and this gateway never sent. */
  foreignFrames(): readonly string[];
  /** Every value of every table. */
  values(): Generator<string | Uint8Array>;
  close(): void;
}

type Row = Readonly<Record<string, unknown>>;

const ROWS = 500;

/** Throws `config-invalid` when a newer program wrote it. */
export function inspectGateway(path: string): Inspection {
  const db = openDatabase(path, GATEWAY_MIGRATIONS);
  const held = db.prepare<[], { originator: string; id: string; times: number }>(
    'SELECT originator, id, count(*) AS times FROM inbox GROUP BY originator, id',
  );
  const receipts = db.prepare<[], { receipt: Uint8Array }>('SELECT receipt FROM delivery');
  const foreign = db.prepare<[], { frame: string }>(
    "SELECT DISTINCT frame FROM rejected_frame WHERE class = 'report' AND frame IS NOT NULL",
  );
  const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  return {
    held: () => held.all(),
    receipts: () => receipts.all().map(({ receipt }) => receipt),
    foreignFrames: () => foreign.all().map(({ frame }) => frame),
    values: function* () {
      for (const { name } of tables.all()) {
        const page = db.prepare<[number], Row>(`SELECT * FROM "${name}" LIMIT ${ROWS} OFFSET ?`);
        let rows = page.all(0);
        for (let offset = ROWS; rows.length > 0; offset += ROWS) {
          for (const value of rows.flatMap(Object.values)) {
            if (typeof value === 'string' || value instanceof Uint8Array) yield value;
          }
          rows = rows.length < ROWS ? [] : page.all(offset);
        }
      }
    },
    close: () => db.close(),
  };
}

const PIECE = 4 * 1024 * 1024;
/** Longer than anything that is looked for. */
const OVERLAP = 4 * 1024;

/** The bytes of the database file and of its write-ahead log, in overlapping pieces; freed pages included. */
export function* bytesOfDatabase(path: string): Generator<Uint8Array> {
  for (const part of [path, `${path}-wal`]) {
    if (statSync(part, { throwIfNoEntry: false }) === undefined) continue;
    const file = openSync(part, 'r');
    try {
      const piece = Buffer.alloc(PIECE);
      for (let offset = 0; ; offset += PIECE - OVERLAP) {
        const length = readSync(file, piece, 0, PIECE, offset);
        if (length > 0) yield piece.subarray(0, length);
        if (length < PIECE) break;
      }
    } finally {
      closeSync(file);
    }
  }
}
