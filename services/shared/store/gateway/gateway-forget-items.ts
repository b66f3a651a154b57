import { createForgetAnswers } from './answers/forget-answers.js';
import type { Database } from '../sqlite.js';

/** How long a request that this gateway sent is remembered, in milliseconds: a year. */
const REQUEST_MS = 365 * 86_400_000;

/** Creates the deletion of a frame whose last notice or item was deleted. */
export function createForgetFrame(db: Database): (frame: number) => void {
  const deleteFrame = db.prepare<[number]>(
    `DELETE FROM frame WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM own WHERE own.frame = ?1)
     AND NOT EXISTS (SELECT 1 FROM reframed WHERE reframed.frame = ?1)
     AND NOT EXISTS (SELECT 1 FROM own_item WHERE own_item.frame = ?1)
     AND NOT EXISTS (SELECT 1 FROM item_reframed WHERE item_reframed.frame = ?1)`,
  );
  const forgetAnswers = createForgetAnswers(db);
  return (number) => {
    if (deleteFrame.run(number).changes > 0) forgetAnswers(number);
  };
}

/** Creates the deletion of an own item with what belongs to it, and of its frames. */
function createForgetItem(db: Database): (seq: number) => void {
  const item = db.prepare<[number], { readonly frame: number | null }>(
    'DELETE FROM own_item WHERE seq = ? RETURNING frame',
  );
  const earlier = db.prepare<[number], { readonly frame: number }>(
    'DELETE FROM item_reframed WHERE item = ? RETURNING frame',
  );
  const parts = ['item_waiting', 'item_narrowed', 'item_receipt'].map((table) =>
    db.prepare<[number]>(`DELETE FROM ${table} WHERE item = ?`),
  );
  const forgetFrame = createForgetFrame(db);
  return (seq) => {
    for (const part of parts) part.run(seq);
    const frames = [...item.all(seq), ...earlier.all(seq)];
    for (const { frame } of frames) if (frame !== null) forgetFrame(frame);
  };
}

/** Creates the deletion of at most `limit` requests that this gateway sent more than a year ago; returns how many. */
export function createForgetRequests(db: Database): (now: number, limit: number) => number {
  const old = db.prepare<[number, number], { readonly seq: number }>(
    "SELECT seq FROM own_item WHERE originator <> '' AND at <= ? ORDER BY at LIMIT ?",
  );
  const forget = createForgetItem(db);
  return (now, limit) => {
    const rows = old.all(now - REQUEST_MS, limit);
    for (const { seq } of rows) forget(seq);
    return rows.length;
  };
}

/** Creates the deletion of what is remembered of an own notice beside its revisions, once none of them is left. */
export function createForgetLife(db: Database): (id: string) => void {
  const left = db.prepare<[string], { readonly n: number }>('SELECT 1 AS n FROM own WHERE id = ? LIMIT 1');
  const items = db.prepare<[string], { readonly seq: number }>(
    "SELECT seq FROM own_item WHERE id = ? AND originator = ''",
  );
  const others = ['own_end', 'owed_restrict', 'asked'].map((table) =>
    db.prepare<[string]>(`DELETE FROM ${table} WHERE id = ?`),
  );
  const forget = createForgetItem(db);
  return (id) => {
    if (left.get(id) !== undefined) return;
    for (const { seq } of items.all(id)) forget(seq);
    for (const statement of others) statement.run(id);
  };
}
