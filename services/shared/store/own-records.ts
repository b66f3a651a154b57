import { openGatewayDatabase } from './gateway/gateway-database.js';
import type { Database } from './sqlite.js';

/** Where a gateway's database holds a record: a routing report by the number of its frame, a narrowing by its id. */
export type OwnRecordKey = number | string;

/** The records about an originator's own frames, read while its gateway may be running. */
export interface OwnRecords {
  /** Yields every record, in no order of time. */
  all(): Generator<{ readonly key: OwnRecordKey; readonly bytes: Uint8Array }>;
  /** Reads a record again; undefined once it was deleted. */
  read(key: OwnRecordKey): Uint8Array | undefined;
  /** The signed own notice with every disclosure; undefined for another one and once it has ended. */
  notice(id: string, number: number): string | undefined;
  close(): void;
}

type Bytes = { readonly bytes: Uint8Array };

/** Opens a gateway's database. Throws `config-invalid` when it is damaged or a newer program wrote it. */
export function openOwnRecords(path: string): OwnRecords {
  const db = openGatewayDatabase(path);
  const report = db.prepare<[number], Bytes>(
    'SELECT report AS bytes FROM frame WHERE number = ? AND report IS NOT NULL',
  );
  const narrowing = db.prepare<[string], Bytes>('SELECT record AS bytes FROM narrowing WHERE id = ?');
  const notice = db.prepare<[string, number], { readonly text: string | null }>(
    'SELECT sd_jwt AS text FROM own WHERE id = ? AND number = ?',
  );
  return {
    all: () => eachRecord(db),
    read: (key) => (typeof key === 'number' ? report.get(key) : narrowing.get(key))?.bytes,
    notice: (id, number) => notice.get(id, number)?.text ?? undefined,
    close: () => db.close(),
  };
}

/** Records read at a time: one may have half a megabyte. */
const ROWS = 20;

function* eachRecord(db: Database): ReturnType<OwnRecords['all']> {
  const reports = db.prepare<[number, number], Bytes & { readonly key: number }>(
    'SELECT number AS key, report AS bytes FROM frame WHERE number > ? AND report IS NOT NULL ORDER BY number LIMIT ?',
  );
  const narrowings = db.prepare<[string, number], Bytes & { readonly key: string }>(
    'SELECT id AS key, record AS bytes FROM narrowing WHERE id > ? ORDER BY id LIMIT ?',
  );
  yield* paged(reports.all, 0);
  yield* paged(narrowings.all, '');
}

function* paged<Key extends OwnRecordKey>(
  read: (after: Key, limit: number) => readonly (Bytes & { readonly key: Key })[],
  first: Key,
): Generator<Bytes & { readonly key: Key }> {
  let after = first;
  for (;;) {
    const rows = read(after, ROWS);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.key;
  }
}
