import { splitHashes } from '../../split-hashes.js';
import type { Database } from '../../sqlite.js';

/** A record that the hub is asked about, because no proof of it is stored. */
export interface UnprovedRecord {
  /** Digest of its statement. */
  readonly digest: string;
  /** When it arrived, in milliseconds since the epoch. */
  readonly at: number;
  /** `frame.number` of the own frame that it is about; null for a record behind a delivery. */
  readonly frame: number | null;
  /** `delivery.seq` of the delivery that names it and is forgotten last; null for one about an own frame. */
  readonly delivery: number | null;
  /** 1 if it is marked as missing, 2 as lost with an earlier life of the log. */
  readonly missing: number;
}

/** Where the entry of a record is in the log. */
export interface LogPlace {
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** The proofs that records are on the ledger's log. Methods that write belong into a transaction. */
export interface LogProofs {
  /** Remembers that a record must be on the log; one that is known keeps its proof. */
  expect(record: Omit<UnprovedRecord, 'missing'>): void;
  /**
   * Records without a proof whose next question is due; new ones since their arrival. Also those due after `latest`, which is so
   * far in the future that the clock must have been set back. The first due first.
   */
  due(times: { readonly now: number; readonly latest: number }, limit: number): readonly UnprovedRecord[];
  /** When the next record is due, in milliseconds since the epoch: 0 for one due after `latest`; undefined if all are proved. */
  nextDue(latest: number): number | undefined;
  postpone(digest: string, due: number): void;
  /** Stores where records are in the tree of one note, which is verified. */
  prove(places: ReadonlyMap<string, LogPlace>, note: string): void;
  /** Returns the place of a record with the note that it was proved under; undefined without a proof. */
  proofOf(digest: string): (LogPlace & { readonly note: string }) | undefined;
  /** Marks a record as missing until it is proved, or as lost (`UnprovedRecord`); false if it was marked so before. */
  mark(digest: string, as: 'missing' | 'lost'): boolean;
  /** True if a record is marked as missing. */
  hasMissing(): boolean;
}

interface ProofRow {
  readonly place: number;
  readonly path: Uint8Array;
  readonly note: string;
}

const MARK = 'UPDATE log_proof SET missing = ?1 WHERE digest = ?2 AND missing < ?1 AND due IS NOT NULL';

/** Creates the proofs on the tables `log_proof` and `log_note`. */
export function createLogProofs(db: Database): LogProofs {
  const expect = db.prepare<[string, number | null, number | null, number]>(
    `INSERT INTO log_proof (digest, frame, delivery, at, due) VALUES (?1, ?2, ?3, ?4, ?4)
     ON CONFLICT (digest) DO UPDATE SET delivery = coalesce(
       (SELECT seq FROM delivery WHERE seq IN (log_proof.delivery, excluded.delivery) ORDER BY forget DESC LIMIT 1),
       excluded.delivery, delivery)`,
  );
  const due = db.prepare<[number, number, number], UnprovedRecord>(
    `SELECT digest, at, frame, delivery, missing FROM log_proof
     WHERE due IS NOT NULL AND (due <= ? OR due > ?) ORDER BY due LIMIT ?`,
  );
  const next = db.prepare<[number], { readonly due: number | null }>(
    `SELECT iif((SELECT due FROM log_proof WHERE due IS NOT NULL ORDER BY due DESC LIMIT 1) > ?, 0,
       (SELECT due FROM log_proof WHERE due IS NOT NULL ORDER BY due LIMIT 1)) AS due`,
  );
  const postpone = db.prepare<[number, string]>(
    'UPDATE log_proof SET due = ? WHERE digest = ? AND due IS NOT NULL',
  );
  const proof = db.prepare<[string], ProofRow>(
    `SELECT place, path, log_note.note FROM log_proof JOIN log_note ON log_note.seq = log_proof.note WHERE digest = ?`,
  );
  const mark = db.prepare<[number, string]>(MARK);
  const missing = db.prepare<[], { readonly seq: number }>(
    'SELECT seq FROM log_proof WHERE missing = 1 LIMIT 1',
  );
  return {
    expect: ({ digest, frame, delivery, at }) => void expect.run(digest, frame, delivery, at),
    due: ({ now, latest }, limit) => due.all(now, latest, limit),
    nextDue: (latest) => next.get(latest)?.due ?? undefined,
    postpone: (digest, time) => void postpone.run(time, digest),
    prove: provingIn(db),
    proofOf: (digest) => {
      const row = proof.get(digest);
      return row && { index: row.place, path: splitHashes(row.path), note: row.note };
    },
    mark: (digest, as) => mark.run(as === 'missing' ? 1 : 2, digest).changes > 0,
    hasMissing: () => missing.get() !== undefined,
  };
}

function provingIn(db: Database): LogProofs['prove'] {
  const newest = db.prepare<[], { readonly seq: number; readonly note: string }>(
    'SELECT seq, note FROM log_note ORDER BY seq DESC LIMIT 1',
  );
  const add = db.prepare<[string]>('INSERT INTO log_note (note) VALUES (?)');
  const prove = db.prepare<[number, Uint8Array, number, string]>(
    `UPDATE log_proof SET place = ?, path = ?, note = ?, due = NULL, missing = 0 WHERE digest = ? AND due IS NOT NULL`,
  );
  const unused = unusedNoteIn(db);
  return (places, note) => {
    // An index over notes would take several times their size; the next answer usually has the same note or a newer one.
    const last = newest.get();
    const seq = last?.note === note ? last.seq : add.run(note).rowid;
    for (const [digest, { index, path }] of places) prove.run(index, Buffer.concat(path), seq, digest);
    unused(seq);
  };
}

/** Creates the deletion of a note that no proof needs. */
function unusedNoteIn(db: Database): (seq: number) => void {
  const unused = db.prepare<[number]>(
    'DELETE FROM log_note WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM log_proof WHERE note = ?1)',
  );
  return (seq) => void unused.run(seq);
}

/** Creates the deletion of what is stored about the records of a deleted own frame or delivery. */
export function createForgetProofs(db: Database, of: 'frame' | 'delivery'): (row: number) => void {
  const forget = db.prepare<[number], { readonly note: number | null }>(
    `DELETE FROM log_proof WHERE ${of} = ? RETURNING note`,
  );
  const unused = unusedNoteIn(db);
  return (row) => {
    for (const { note } of forget.all(row)) if (note !== null) unused(note);
  };
}
