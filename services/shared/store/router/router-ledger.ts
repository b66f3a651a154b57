import type { Database } from '../sqlite.js';

/** The position of a record in the ledger; `epoch` identifies the life of the stream that its sequence belongs to. */
export interface LedgerPosition {
  readonly epoch: string;
  readonly seq: number;
}

/** A record of the ledger that was applied to the view; its `bytes` are dropped some time after the auditor has them. */
export interface AppliedRecord extends LedgerPosition {
  readonly digest: string;
  readonly org: string;
  readonly frame: string;
  readonly type: 'routing' | 'narrowing' | 'receipts' | 'quarantine' | 'command' | 'directory' | 'adoption';
  /** When it was recorded, in milliseconds since the epoch. */
  readonly at: number;
  /** When the last notice that it concerns ends, in seconds since the epoch. */
  readonly exp: number;
  /** True when the auditor has it. */
  readonly kept: boolean;
  readonly bytes: Uint8Array | null;
  /** JSON of the `RecordedShares` of a report or of a recall; null for other records. */
  readonly shares?: string | null;
}

/** A record, and where it is; `bytes` is null once they were dropped. */
export type ReportRow = Pick<AppliedRecord, 'digest' | 'epoch' | 'seq' | 'at' | 'bytes'>;

/** The records that were applied to the view, and the position in the ledger. Writes belong into a transaction. */
export interface RouterLedger {
  has(digest: string): boolean;
  /** The position of a record in the ledger. */
  placeOf(digest: string): LedgerPosition | undefined;
  at(place: LedgerPosition): boolean;
  add(record: AppliedRecord): void;
  /** Sets the position of a record that was published again in another epoch. */
  move(digest: string, place: LedgerPosition): void;
  /** A record of any type, where it is and its bytes. */
  recordNamed(digest: string): ReportRow | undefined;
  /** The newest routing report on a frame. */
  reportOn(org: string, frame: string): ReportRow | undefined;
  /** When a frame was first reported on, in milliseconds since the epoch. */
  reportedAt(org: string, frame: string): number | undefined;
  /** The records of other epochs that no heartbeat confirmed, in order. */
  unkept(
    epoch: string,
  ): readonly { readonly digest: string; readonly org: string; readonly bytes: Uint8Array }[];
  /** Marks a record as stored by the auditor. */
  keep(digest: string): void;
  /** Marks the epoch's records up to the sequence as stored by the auditor; drops bytes older than `dropBefore` (ms). */
  keepUntil(place: LedgerPosition, dropBefore: number): void;
  /** The total size of the epoch's records above `seq` that no heartbeat confirmed, in bytes. */
  bytesAfter(place: LedgerPosition): number;
  /** The epoch's sequences above `seq` that are applied already. */
  ahead(place: LedgerPosition): readonly number[];
  /** The sequence of the last record of an organisation; 0 when there is none. */
  lastSeq(org: string): number;
  setLastSeq(org: string, seq: number): void;
  /** Forgets the last sequences of all organisations, for a new epoch. */
  resetSequences(): void;
  /** The numbered statements of each organisation's submissions. */
  readonly submissions: Statements;
  /** The numbered statements of each organisation's frames of receipts. */
  readonly receiptsStatements: Statements;
}

/** The numbered statements of an organisation, each over one frame. */
export interface Statements {
  /** The digests of the statements with this number. */
  of(org: string, number: number): readonly string[];
  /** The highest number; 0 when there is none. */
  last(org: string): number;
  /**
   * Adds a statement; with `token`, also stores it as it was signed (`keepSigned`). `exp`: when it may be forgotten,
   * in seconds since the epoch.
   */
  add(
    org: string,
    statement: { readonly number: number; readonly digest: string; readonly token?: string },
    exp: number,
  ): void;
  /** Stores a statement as it was signed, in place of one with a lower number. */
  keepSigned(org: string, signed: { readonly number: number; readonly token: string }): void;
  /**
   * The newest statement that this router has as it was signed (a compact JWS); undefined without one. It may be
   * older than the last one: only the router that took a submission has its statement.
   */
  signed(org: string): string | undefined;
}

/**
 * Creates the ledger's part of the view on the tables `record`, `organisation`, `submission`, `receipts_statement`
 * and `signed_statement`.
 */
export function createRouterLedger(db: Database): RouterLedger {
  return {
    ...records(db),
    ...keeping(db),
    ...sequences(db),
    submissions: statements(db, 'submission'),
    receiptsStatements: statements(db, 'receipts_statement'),
  };
}

/** Compares two records of one organisation by the order of the ledger; those of several epochs by their times. */
export function inLedgerOrder(
  a: Pick<AppliedRecord, 'epoch' | 'seq' | 'at'>,
  b: Pick<AppliedRecord, 'epoch' | 'seq' | 'at'>,
): number {
  return a.epoch === b.epoch ? a.seq - b.seq : a.at - b.at;
}

function records(
  db: Database,
): Pick<
  RouterLedger,
  'has' | 'placeOf' | 'at' | 'add' | 'move' | 'recordNamed' | 'reportOn' | 'reportedAt' | 'ahead'
> {
  const placeOf = db.prepare<[string], LedgerPosition>('SELECT epoch, seq FROM record WHERE digest = ?');
  const at = db.prepare<[string, number], object>('SELECT 1 FROM record WHERE epoch = ? AND seq = ?');
  const add = db.prepare<
    [string, string, string, string, string, number, number, number, number, Uint8Array | null, string | null]
  >(
    `INSERT OR IGNORE INTO record (digest, org, frame, type, epoch, seq, at, exp, kept, bytes, shares)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const move = db.prepare<[string, number, string]>('UPDATE record SET epoch = ?, seq = ? WHERE digest = ?');
  const named = db.prepare<[string], ReportRow>(
    'SELECT digest, epoch, seq, at, bytes FROM record WHERE digest = ?',
  );
  const report = db.prepare<[string, string], ReportRow>(
    "SELECT digest, epoch, seq, at, bytes FROM record WHERE org = ? AND frame = ? AND type = 'routing' ORDER BY rowid DESC LIMIT 1",
  );
  const reportedAt = db.prepare<[string, string], { at: number | null }>(
    "SELECT min(at) AS at FROM record WHERE org = ? AND frame = ? AND type = 'routing'",
  );
  const ahead = db.prepare<[string, number], { seq: number }>(
    'SELECT seq FROM record WHERE epoch = ? AND seq > ? ORDER BY seq',
  );
  return {
    has: (digest) => placeOf.get(digest) !== undefined,
    placeOf: (digest) => placeOf.get(digest),
    at: ({ epoch, seq }) => at.get(epoch, seq) !== undefined,
    add: ({ digest, org, frame, type, epoch, seq, at, exp, kept, bytes, shares = null }) =>
      void add.run(digest, org, frame, type, epoch, seq, at, exp, kept ? 1 : 0, bytes, shares),
    move: (digest, { epoch, seq }) => void move.run(epoch, seq, digest),
    recordNamed: (digest) => named.get(digest),
    reportOn: (org, frame) => report.get(org, frame),
    reportedAt: (org, frame) => reportedAt.get(org, frame)?.at ?? undefined,
    ahead: ({ epoch, seq }) => ahead.all(epoch, seq).map((row) => row.seq),
  };
}

function keeping(db: Database): Pick<RouterLedger, 'unkept' | 'keep' | 'keepUntil' | 'bytesAfter'> {
  // Each condition repeats that of a partial index, which holds only the rows still to be processed.
  const unkept = db.prepare<[string], { digest: string; org: string; bytes: Uint8Array }>(
    `SELECT digest, org, bytes FROM record INDEXED BY record_unkept
     WHERE kept = 0 AND epoch <> ? AND bytes IS NOT NULL ORDER BY rowid`,
  );
  const keep = db.prepare<[string]>('UPDATE record SET kept = 1 WHERE digest = ?');
  const keepUntil = db.prepare<[string, number]>(
    'UPDATE record INDEXED BY record_unkept SET kept = 1 WHERE kept = 0 AND epoch = ? AND seq <= ?',
  );
  const bytesAfter = db.prepare<[string, number], { bytes: number }>(
    `SELECT total(length(bytes)) AS bytes FROM record INDEXED BY record_unkept
     WHERE kept = 0 AND epoch = ? AND seq > ?`,
  );
  const drop = db.prepare<[number]>(
    `UPDATE record INDEXED BY record_bytes SET bytes = NULL WHERE kept = 1 AND bytes IS NOT NULL AND at < ?`,
  );
  return {
    unkept: (epoch) => unkept.all(epoch),
    bytesAfter: ({ epoch, seq }) => bytesAfter.get(epoch, seq)?.bytes ?? 0,
    keep: (digest) => void keep.run(digest),
    keepUntil: ({ epoch, seq }, dropBefore) => {
      keepUntil.run(epoch, seq);
      drop.run(dropBefore);
    },
  };
}

function sequences(db: Database): Pick<RouterLedger, 'lastSeq' | 'setLastSeq' | 'resetSequences'> {
  const get = db.prepare<[string], { seq: number }>('SELECT seq FROM organisation WHERE org = ?');
  const set = db.prepare<[string, number]>(
    `INSERT INTO organisation (org, seq) VALUES (?, ?)
     ON CONFLICT (org) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > organisation.seq`,
  );
  return {
    lastSeq: (org) => get.get(org)?.seq ?? 0,
    setLastSeq: (org, seq) => void set.run(org, seq),
    resetSequences: () => db.exec('DELETE FROM organisation'),
  };
}

function statements(db: Database, table: 'submission' | 'receipts_statement'): Statements {
  const get = db.prepare<[string, number], { digest: string }>(
    `SELECT digest FROM ${table} WHERE org = ? AND number = ?`,
  );
  const keep = db.prepare<[string, string, number, string]>(
    `INSERT INTO signed_statement (kind, org, number, token) VALUES (?, ?, ?, ?) ON CONFLICT (kind, org)
     DO UPDATE SET number = excluded.number, token = excluded.token WHERE excluded.number > signed_statement.number`,
  );
  const signed = db.prepare<[string, string], { token: string }>(
    'SELECT token FROM signed_statement WHERE kind = ? AND org = ?',
  );
  const last = db.prepare<[string], { number: number | null }>(
    `SELECT max(number) AS number FROM ${table} WHERE org = ?`,
  );
  const add = db.prepare<[string, number, string, number]>(
    `INSERT INTO ${table} (org, number, digest, exp) VALUES (?, ?, ?, ?)
     ON CONFLICT (org, number, digest) DO UPDATE SET exp = excluded.exp WHERE excluded.exp > ${table}.exp`,
  );
  const keepSigned: Statements['keepSigned'] = (org, { number, token }) =>
    void keep.run(table, org, number, token);
  return {
    of: (org, number) => get.all(org, number).map(({ digest }) => digest),
    last: (org) => last.get(org)?.number ?? 0,
    add: (org, { number, digest, token }, exp) => {
      add.run(org, number, digest, exp);
      if (token !== undefined) keepSigned(org, { number, token });
    },
    keepSigned,
    signed: (org) => signed.get(table, org)?.token,
  };
}
