import { createForgetFrame, createForgetLife, createForgetRequests } from './gateway-forget-items.js';
import type { HoldingPlace } from './gateway-holdings.js';
import { REMEMBER_MS } from './gateway-deliveries.js';
import { createForgetProofs } from './log/log-proofs.js';
import type { Database } from '../sqlite.js';

/**
 * Deletes at most `limit` rows of each table that are no longer needed; returns true when more are left. Within a
 * transaction; `now` in milliseconds since the epoch.
 */
export type Forget = (now: number, limit: number) => boolean;

/** Creates the deletion of rows whose retention time has passed (docs/limits.md). */
export function createForget(db: Database): Forget {
  const known = db.prepare<[number, number], HoldingPlace>(
    `DELETE FROM known WHERE (originator, id) IN
       (SELECT originator, id FROM known WHERE forget <= ? ORDER BY forget LIMIT ?) RETURNING originator, id`,
  );
  const place = db.prepare<[string, string]>('DELETE FROM status_place WHERE originator = ? AND id = ?');
  const keys = db.prepare<[number, number]>(
    `DELETE FROM idempotency WHERE (caller, key) IN
       (SELECT caller, key FROM idempotency WHERE at <= ? ORDER BY at LIMIT ?)`,
  );
  const holdings = db.prepare<[number, number]>(
    `DELETE FROM holding WHERE (originator, id) IN
       (SELECT originator, id FROM holding WHERE forget <= ? AND keep IS NULL ORDER BY forget LIMIT ?)`,
  );
  const events = db.prepare<[number, number]>(
    'DELETE FROM inbox_event WHERE seq IN (SELECT seq FROM inbox_event WHERE at <= ? ORDER BY at LIMIT ?)',
  );
  const forgetDeliveries = createForgetDeliveries(db);
  const forgetOwn = createForgetOwn(db);
  const forgetRequests = createForgetRequests(db);
  return (now, limit) => {
    const before = now - REMEMBER_MS;
    const forgotten = known.all(now, limit);
    for (const { originator, id } of forgotten) place.run(originator, id);
    const deleted = [
      forgotten.length,
      forgetDeliveries(now, limit),
      keys.run(before, limit).changes,
      holdings.run(now, limit).changes,
      events.run(before, limit).changes,
      forgetOwn(before / 1000, limit),
      forgetRequests(now, limit),
    ];
    return deleted.some((count) => count >= limit);
  };
}

/** Deletes deliveries with the proofs of their records, and what they are about; returns how many. */
function createForgetDeliveries(db: Database): (now: number, limit: number) => number {
  const deliveries = db.prepare<[number, number], { readonly seq: number }>(
    'DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery WHERE forget <= ? ORDER BY forget LIMIT ?) RETURNING seq',
  );
  const about = db.prepare<[number]>('DELETE FROM delivered WHERE delivery = ?');
  const forgetProofs = createForgetProofs(db, 'delivery');
  return (now, limit) => {
    const rows = deliveries.all(now, limit);
    for (const { seq } of rows) {
      about.run(seq);
      forgetProofs(seq);
    }
    return rows.length;
  };
}

interface ForgottenOwn {
  readonly seq: number;
  readonly id: string;
  readonly frame: number | null;
}

/** Deletes own notices that ended before `before` (s), and frames without any notice with their receipts. */
function createForgetOwn(db: Database): (before: number, limit: number) => number {
  const ended = db.prepare<[number, number], ForgottenOwn>(
    'SELECT seq, id, frame FROM own WHERE exp <= ? AND sd_jwt IS NULL ORDER BY exp LIMIT ?',
  );
  const own = db.prepare<[number]>('DELETE FROM own WHERE seq = ?');
  const parts = ['waiting', 'narrowed', 'disputed', 'lost_holder'].map((table) =>
    db.prepare<[number]>(`DELETE FROM ${table} WHERE own = ?`),
  );
  const earlier = db.prepare<[number], { readonly frame: number }>(
    'DELETE FROM reframed WHERE own = ? RETURNING frame',
  );
  const forgetFrame = createForgetFrame(db);
  const forgetLife = createForgetLife(db);
  return (before, limit) => {
    const rows = ended.all(before, limit);
    const frames = new Set<number>();
    for (const { seq, id, frame: number } of rows) {
      for (const part of parts) part.run(seq);
      for (const row of earlier.all(seq)) frames.add(row.frame);
      if (number !== null) frames.add(number);
      own.run(seq);
      forgetLife(id);
    }
    for (const number of frames) forgetFrame(number);
    return rows.length;
  };
}
