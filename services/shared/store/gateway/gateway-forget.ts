import { REMEMBER_MS } from './gateway-inbox.js';
import type { Database } from '../sqlite.js';

/**
 * Deletes at most `limit` rows of each table that are no longer needed; returns true when more are left. Within a
 * transaction; `now` in milliseconds since the epoch.
 */
export type Forget = (now: number, limit: number) => boolean;

/** Creates the deletion of rows whose retention time has passed (docs/limits.md). */
export function createForget(db: Database): Forget {
  const known = db.prepare<[number, number]>(
    `DELETE FROM known WHERE (originator, id) IN
       (SELECT originator, id FROM known WHERE forget <= ? ORDER BY forget LIMIT ?)`,
  );
  const deliveries = db.prepare<[number, number]>(
    'DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery WHERE forget <= ? ORDER BY forget LIMIT ?)',
  );
  const keys = db.prepare<[number, number]>(
    `DELETE FROM idempotency WHERE (caller, key) IN
       (SELECT caller, key FROM idempotency WHERE at <= ? ORDER BY at LIMIT ?)`,
  );
  const endings = db.prepare<[number, number]>(
    'DELETE FROM ending WHERE seq IN (SELECT seq FROM ending WHERE at <= ? ORDER BY at LIMIT ?)',
  );
  const forgetOwn = createForgetOwn(db);
  return (now, limit) => {
    const before = now - REMEMBER_MS;
    const deleted = [
      known.run(now, limit).changes,
      deliveries.run(now, limit).changes,
      keys.run(before, limit).changes,
      endings.run(before, limit).changes,
      forgetOwn(before / 1000, limit),
    ];
    return deleted.some((count) => count >= limit);
  };
}

interface ForgottenOwn {
  readonly seq: number;
  readonly frame: number | null;
}

/** Deletes own notices that ended before `before` (s) with their receipts, and frames without any notice. */
function createForgetOwn(db: Database): (before: number, limit: number) => number {
  const ended = db.prepare<[number, number], ForgottenOwn>(
    'SELECT seq, frame FROM own WHERE exp <= ? AND sd_jwt IS NULL ORDER BY exp LIMIT ?',
  );
  const own = db.prepare<[number]>('DELETE FROM own WHERE seq = ?');
  const parts = ['waiting', 'narrowed'].map((table) =>
    db.prepare<[number]>(`DELETE FROM ${table} WHERE own = ?`),
  );
  const receipts = db.prepare<[number], { readonly receipted: number }>(
    'DELETE FROM receipt WHERE own = ? RETURNING receipt_set AS receipted',
  );
  const dropUnused = createDropUnused(db);
  const deleteFrame = db.prepare<[number]>(
    `DELETE FROM frame WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM own WHERE own.frame = ?1)
     AND NOT EXISTS (SELECT 1 FROM reframed WHERE reframed.frame = ?1)`,
  );
  const earlier = db.prepare<[number], { readonly frame: number }>(
    'DELETE FROM reframed WHERE own = ? RETURNING frame',
  );
  const narrowings = db.prepare<[number]>('DELETE FROM narrowing WHERE frame = ?');
  const forgetFrame = (number: number): void => {
    if (deleteFrame.run(number).changes > 0) narrowings.run(number);
  };
  return (before, limit) => {
    const rows = ended.all(before, limit);
    const [sets, frames] = [new Set<number>(), new Set<number>()];
    for (const { seq, frame: number } of rows) {
      for (const part of parts) part.run(seq);
      for (const { receipted } of receipts.all(seq)) sets.add(receipted);
      for (const row of earlier.all(seq)) frames.add(row.frame);
      if (number !== null) frames.add(number);
      own.run(seq);
    }
    for (const set of sets) dropUnused(set);
    for (const number of frames) forgetFrame(number);
    return rows.length;
  };
}

/** Deletes a receipt set, of up to 400 kB, that no stored receipt belongs to. */
export function createDropUnused(db: Database): (set: number) => void {
  const drop = db.prepare<[number]>(
    `DELETE FROM receipt_set WHERE seq = ?1
     AND NOT EXISTS (SELECT 1 FROM receipt WHERE receipt.receipt_set = ?1)`,
  );
  return (set) => void drop.run(set);
}
