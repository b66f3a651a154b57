import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createLogProofs,
  createForgetProofs,
} from '../../../../services/shared/store/gateway/log/log-proofs.js';
import type { Database } from '../../../../services/shared/store/sqlite.js';
import { rowsLeft } from '../rows-left.js';
import { openStore } from './open-store.js';

let db: Database;
let close: () => Promise<void>;
let proofs: ReturnType<typeof createLogProofs>;
beforeEach(() => {
  ({ db, close } = openStore());
  proofs = createLogProofs(db);
});
afterEach(() => close());

const own = (digest: string, at = 1) => proofs.expect({ digest, frame: 1, delivery: null, at });
const delivered = (digest: string, delivery: number) =>
  proofs.expect({ digest, frame: null, delivery, at: 1 });
const hash = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const FAR = 1_000;
const digests = (now: number, limit = 64) =>
  proofs.due({ now, latest: FAR }, limit).map(({ digest }) => digest);

describe('the records that a gateway expects on the log', () => {
  test('are due in the order of their next question until they are proved', () => {
    own('b', 2);
    own('a', 1);
    own('c', 3);
    expect([digests(2), digests(9, 2), proofs.nextDue(FAR)]).toEqual([['a', 'b'], ['a', 'b'], 1]);
    proofs.postpone('a', 7);
    proofs.prove(new Map([['b', { index: 4, path: [hash(1), hash(2)] }]]), 'note');
    expect([digests(9), proofs.nextDue(FAR)]).toEqual([['c', 'a'], 3]);
    proofs.postpone('b', 1);
    expect(digests(9)).toEqual(['c', 'a']);
    expect(proofs.proofOf('b')).toEqual({ index: 4, path: [hash(1), hash(2)], note: 'note' });
    expect(proofs.proofOf('a')).toBeUndefined();
  });

  test('are due at once if they are due later than any pause, because the clock was set back', () => {
    own('a', 5);
    own('b', FAR);
    expect([digests(1), proofs.nextDue(FAR)]).toEqual([[], 5]);
    proofs.postpone('b', FAR + 1);
    expect([digests(1), proofs.nextDue(FAR)]).toEqual([['b'], 0]);
  });

  test('keep their first proof when they arrive again', () => {
    own('a');
    proofs.prove(new Map([['a', { index: 0, path: [] }]]), 'note');
    own('a', 5);
    proofs.prove(new Map([['a', { index: 1, path: [] }]]), 'another');
    expect([proofs.proofOf('a'), proofs.nextDue(FAR)]).toEqual([
      { index: 0, path: [], note: 'note' },
      undefined,
    ]);
    expect(rowsLeft(db)).toMatchObject({ log_proof: 1, log_note: 1 });
  });

  test('stay marked as missing until they are proved', () => {
    own('a');
    expect([proofs.hasMissing(), proofs.mark('a', 'missing'), proofs.mark('a', 'missing')]).toEqual([
      false,
      true,
      false,
    ]);
    expect([proofs.hasMissing(), proofs.due({ now: 1, latest: FAR }, 1)]).toMatchObject([
      true,
      [{ digest: 'a', missing: 1 }],
    ]);
    proofs.prove(new Map([['a', { index: 0, path: [] }]]), 'note');
    expect(proofs.hasMissing()).toBe(false);
  });

  test('are forgotten with their frame or their last delivery, and a note with the last record that it proves', () => {
    own('a');
    delivered('b', 8);
    delivered('b', 9);
    const place = { index: 0, path: [] };
    proofs.prove(
      new Map([
        ['a', place],
        ['b', place],
      ]),
      'note',
    );
    createForgetProofs(db, 'delivery')(8);
    expect(rowsLeft(db)).toMatchObject({ log_proof: 2, log_note: 1 });
    createForgetProofs(db, 'delivery')(9);
    expect(rowsLeft(db)).toMatchObject({ log_proof: 1, log_note: 1 });
    createForgetProofs(db, 'frame')(1);
    expect(Object.keys(rowsLeft(db))).not.toEqual(expect.arrayContaining(['log_proof']));
    expect(rowsLeft(db)['log_note']).toBeUndefined();
  });

  test('are kept with the delivery that is forgotten last, in whichever order they arrive', () => {
    const insert = db.prepare<[number, number]>(
      `INSERT INTO delivery (seq, originator, frame, records, root, statement, proofs, leaves, receipt, unsent, forget)
       VALUES (?, 'europol', 'f', '', '', '', x'', x'', '', 0, ?)`,
    );
    insert.run(1, 900);
    insert.run(2, 100);
    for (const seq of [1, 2]) delivered('a', seq);
    for (const seq of [2, 1]) delivered('b', seq);
    createForgetProofs(db, 'delivery')(2);
    expect(digests(9)).toEqual(['a', 'b']);
  });
});
