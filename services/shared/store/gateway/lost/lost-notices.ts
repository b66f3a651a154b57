import type { Database } from '../../sqlite.js';

/** A revision of an own notice as the ledger has it; `exp` in seconds since the epoch. */
export interface LostRevision {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly exp: number;
  /** The organisations that were allowed it. */
  readonly recipients: readonly string[];
}

/** Own revisions that the ledger has and a restored database does not, without content. */
export interface LostNotices {
  /**
   * Stores a revision in the state `lost`, unless the database has this or a newer revision of the notice, or has 100,000
   * lost revisions, or would have more than 1,000,000 recipients of lost revisions. All revisions of the notice then have the
   * latest of their ends, because an earlier end is not proved and would erase content. A revision that awaits its approval
   * here was approved after the backup: it keeps its state, and its recipients are stored. Within a transaction.
   */
  add(revision: LostRevision): void;
  /** The recipients of the lost revisions of a notice, sorted; empty for a notice without any. */
  recipientsOf(id: string): readonly string[];
  /**
   * The notices that expired at or before `now` (s) and have no end yet, oldest first; one with several lost revisions
   * several times.
   */
  expired(now: number, limit: number): readonly { readonly id: string; readonly exp: number }[];
}

/** Maximum lost revisions that are stored, and recipients of all of them together. */
const [MAX_LOST, MAX_LOST_HOLDERS] = [100_000, 1_000_000];

/** Creates the lost revisions on the tables `own` and `lost_holder`. */
export function createLostNotices(db: Database): LostNotices {
  // The number of a revision is its signing time in milliseconds, so it also serves as the time of its submission.
  const add = db.prepare<[string, number, string, number, number, number]>(
    `INSERT INTO own (id, revision, number, kind, digest, exp, at, state, lost_open)
     SELECT ?1, coalesce(max(revision), 0) + 1, ?2, ?3, '', ?4, ?2, 'lost', 1 FROM own WHERE id = ?1
     HAVING coalesce(max(number), 0) < ?2
       AND (SELECT value FROM counter WHERE name = 'lost') < ?5
       AND (SELECT value FROM counter WHERE name = 'lost_holder') <= ?6`,
  );
  const approved = db.prepare<[string, number], { readonly seq: number }>(
    "UPDATE own SET lost_open = 1 WHERE id = ? AND number = ? AND state = 'awaiting-approval' RETURNING seq",
  );
  const setLatestEnd = db.prepare<[string]>(
    `UPDATE own SET exp = last, warn_at = iif(sd_jwt IS NULL, NULL, 0)
     FROM (SELECT max(exp) AS last FROM own
       WHERE id = ?1 AND state <> 'refused' AND (sd_jwt IS NOT NULL OR state = 'lost'))
     WHERE id = ?1 AND exp < last AND (sd_jwt IS NOT NULL OR state = 'lost')`,
  );
  const addHolders = addingHolders(db);
  const holders = db.prepare<[string], { readonly org: string }>(
    'SELECT org FROM own JOIN lost_holder ON lost_holder.own = own.seq WHERE id = ?',
  );
  const expired = db.prepare<[number, number], { readonly id: string; readonly exp: number }>(
    'SELECT id, exp FROM own INDEXED BY own_lost WHERE lost_open = 1 AND exp <= ? ORDER BY exp LIMIT ?',
  );
  return {
    add: ({ id, number, kind, exp, recipients }) => {
      const known = approved.get(id, number);
      if (known !== undefined) return addHolders(known.seq, recipients);
      const room = MAX_LOST_HOLDERS - recipients.length;
      const { changes, rowid } = add.run(id, number, kind, exp, MAX_LOST, room);
      if (changes === 0) return;
      setLatestEnd.run(id);
      addHolders(rowid, recipients);
    },
    recipientsOf: (id) => [...new Set(holders.all(id).map(({ org }) => org))].toSorted(),
    expired: (now, limit) => expired.all(now, limit),
  };
}

function addingHolders(db: Database): (seq: number, recipients: readonly string[]) => void {
  const add = db.prepare<[number, string]>('INSERT OR IGNORE INTO lost_holder (own, org) VALUES (?, ?)');
  return (seq, recipients) => {
    for (const org of recipients) add.run(seq, org);
  };
}
