import type { Database, Statement } from '../sqlite.js';
import type { KnownDelivery } from './router-deliveries.js';

/**
 * Deletes up to `limit` rows of each table that ended before this time, in seconds since the epoch; returns how many. Call
 * it within a transaction, and again while it returns more than 0.
 */
export type SweepProjection = (before: number, limit: number) => number;

/** Creates the sweep of the tables of deliveries, receipts, notices, narrowings, records, statements, changes, actions and requests. */
export function createRouterSweep(db: Database): SweepProjection {
  const tables = [
    deleting(db, 'notice', 'exp < ?'),
    deleting(db, 'narrowing', 'exp < ?'),
    deleting(db, 'record', 'exp < ? AND kept = 1'),
    deleting(db, 'action', 'exp < ?'),
    deleting(db, 'act', 'exp < ?'),
    deleting(db, 'unact', 'exp < ?'),
    deleting(db, 'act_answer', 'exp < ?'),
    deleting(db, 'changed', 'exp < ?'),
    deleting(db, 'ask', 'exp < ?'),
    deleting(db, 'change', 'exp < ?'),
  ];
  const reframed = db.prepare<[number, number]>(
    `DELETE FROM reframed WHERE (originator, jti, frame) IN
       (SELECT originator, jti, frame FROM reframed INDEXED BY reframed_exp WHERE exp < ? LIMIT ?)`,
  );
  const statements = (['submission', 'receipts_statement'] as const).map((table) =>
    deletingStatements(db, table),
  );
  const deliveries = sweepDeliveries(db);
  return (before, limit) => {
    const others = [...tables, reframed, ...statements].map(
      (statement) => statement.run(before, limit).changes,
    );
    return others.reduce((sum, count) => sum + count, deliveries(before, limit));
  };
}

type Deleting = Statement<[number, number], never>;

function deleting(db: Database, table: string, ended: string): Deleting {
  return db.prepare(
    `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} INDEXED BY ${table}_exp WHERE ${ended} LIMIT ?)`,
  );
}

/** Keeps the newest statement of an organisation, because the next one is compared with its number and digest. */
function deletingStatements(db: Database, table: 'submission' | 'receipts_statement'): Deleting {
  return db.prepare(
    `DELETE FROM ${table} WHERE (org, number, digest) IN (
       SELECT org, number, digest FROM ${table} INDEXED BY ${table}_exp WHERE exp < ?
       AND number < (SELECT max(number) FROM ${table} AS newest WHERE newest.org = ${table}.org) LIMIT ?)`,
  );
}

/** Deletes deliveries together with their receipts, which have no expiry of their own. */
function sweepDeliveries(db: Database): SweepProjection {
  const ended = db.prepare<[number, number], KnownDelivery>(
    'SELECT originator, frame, recipient FROM delivery WHERE exp < ? LIMIT ?',
  );
  const [receipts, delivery] = (['receipt', 'delivery'] as const).map((table) =>
    db.prepare<[string, string, string]>(
      `DELETE FROM ${table} WHERE originator = ? AND frame = ? AND recipient = ?`,
    ),
  );
  return (before, limit) => {
    const found = ended.all(before, limit);
    for (const { originator, frame, recipient } of found) {
      receipts?.run(originator, frame, recipient);
      delivery?.run(originator, frame, recipient);
    }
    return found.length;
  };
}
