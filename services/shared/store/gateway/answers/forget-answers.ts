import { createForgetProofs } from '../log/log-proofs.js';
import type { Database } from '../../sqlite.js';

/** Creates the deletion of what is kept about a deleted frame: narrowings, promises, proofs, receipts and later words. */
export function createForgetAnswers(db: Database): (frame: number) => void {
  const tables = ['narrowing', 'promise'].map((table) =>
    db.prepare<[number]>(`DELETE FROM ${table} WHERE frame = ?`),
  );
  const forgetProofs = createForgetProofs(db, 'frame');
  const receipts = db.prepare<[number], { readonly seq: number }>(
    'DELETE FROM receipt WHERE frame = ? RETURNING seq',
  );
  const exceptions = db.prepare<[number]>('DELETE FROM exception WHERE receipt = ?');
  const words = db.prepare<[number], { readonly change: number }>(
    'DELETE FROM change_word WHERE receipt = ? RETURNING change',
  );
  // One change is about many frames.
  const unused = db.prepare<[number]>(
    'DELETE FROM change WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM change_word WHERE change = ?1)',
  );
  return (frame) => {
    for (const table of tables) table.run(frame);
    forgetProofs(frame);
    for (const { seq } of receipts.all(frame)) {
      exceptions.run(seq);
      for (const { change } of words.all(seq)) unused.run(change);
    }
  };
}
