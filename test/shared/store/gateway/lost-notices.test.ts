import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GATEWAY_MIGRATIONS } from '../../../../services/shared/store/gateway/gateway-schema.js';
import {
  type GatewayStore,
  openGatewayStore,
} from '../../../../services/shared/store/gateway/gateway-store.js';
import type { LostRevision } from '../../../../services/shared/store/gateway/lost/lost-notices.js';
import { LOST_OPEN_MIGRATION } from '../../../../services/shared/store/gateway/lost/lost-schema.js';
import { type Database, openDatabase } from '../../../../services/shared/store/sqlite.js';
import { rowsLeft } from '../rows-left.js';
import { openStore } from './open-store.js';

const EXP = 1_000;
const DAY_MS = 86_400_000;
let folder: string;
let store: GatewayStore;
let db: Database;
let close: () => Promise<void>;
beforeEach(() => {
  ({ folder, store, db, close } = openStore());
});
afterEach(() => close());

const add = (number: number, more: Partial<LostRevision> = {}): Promise<void> =>
  store.commit(() =>
    store.lost.add({ id: 'n', number, kind: 'red', exp: EXP, recipients: ['interpol'], ...more }),
  );
/** Stores revision 5 with its content. */
const insert = (exp = EXP) => {
  const about = { id: 'n', revision: 1, number: 5, kind: 'red', digest: 'd', exp, at: 1, listed: null };
  return store.commit(() => store.own.insert({ ...about, header: '{}', sdJwt: 't' }));
};
const sweep = (at: number) => store.commit(() => store.sweep(at));
const numbers = (): readonly number[] => store.own.revisions('n').map(({ number }) => number);

describe('an own revision that a restored database lost', () => {
  test('is listed without content after the revisions that are stored, and never below one of them', async () => {
    await insert();
    await add(4);
    await add(5);
    expect(numbers()).toEqual([5]);
    await add(7);
    await add(6);
    await add(7);
    expect(numbers()).toEqual([5, 7]);
    expect(store.own.find('n')).toMatchObject({ revision: 2, state: 'lost', header: null });
    expect(store.own.search({ state: 'lost', limit: 9 }).rows).toHaveLength(1);
  });

  test('has as holders the recipients that the ledger names, each once', async () => {
    await add(5, { recipients: ['interpol', 'afripol'] });
    await add(6, { recipients: ['gccpol', 'interpol'] });
    expect(store.lost.recipientsOf('n')).toEqual(['afripol', 'gccpol', 'interpol']);
    expect(store.holders.of('n')).toEqual([
      { org: 'afripol', number: 5 },
      { org: 'gccpol', number: 6 },
      { org: 'interpol', number: 6 },
    ]);
  });

  test('that awaits its approval in the backup has holders, and its withdrawal is sent, also after a later revision', async () => {
    const about = {
      id: 'n',
      kind: 'red',
      digest: 'd',
      exp: EXP,
      at: 1,
      listed: null,
      header: '{}',
      sdJwt: 't',
    };
    const waiting = { ...about, revision: 1, number: 5, awaitsApproval: true };
    await store.commit(() => store.own.insert(waiting));
    expect(store.ends.wasFramed('n')).toBe(false);
    await add(5);
    expect(numbers()).toEqual([5]);
    expect(store.holders.of('n')).toEqual([{ org: 'interpol', number: 5 }]);
    expect(store.ends.wasFramed('n')).toBe(true);
    await store.commit(() => store.own.supersede('n'));
    expect(store.ends.wasFramed('n')).toBe(true);
    expect(store.own.sdJwt(1)).toBe('t');
  });

  test.each([
    ['an earlier revision that is lost as well', () => add(5)],
    ['an earlier revision whose content is stored', () => insert()],
  ])('ends at its own later end beside %s', async (_, addEarlier) => {
    await addEarlier();
    await add(6, { exp: 2 * EXP });
    const owed = { id: 'n', reason: 'no-longer-shared', holders: [{ to: 'interpol' }] };
    await store.commit(() => store.holders.owe(owed));
    await sweep(EXP * 1000);
    expect([store.ends.endOf('n'), store.holders.owed(9)]).toEqual([undefined, [owed]]);
    await sweep(2 * EXP * 1000);
    expect(store.ends.endOf('n')).toEqual({ ending: 'expired', reason: null, at: 2 * EXP * 1000 });
    expect(store.holders.owed(9)).toEqual([]);
  });

  test('with an earlier end does not erase the content of the revision before', async () => {
    const { seq } = await insert();
    await add(6, { exp: EXP / 2 });
    await sweep((EXP / 2) * 1000);
    expect([store.own.sdJwt(seq), store.ends.endOf('n')]).toEqual(['t', undefined]);
    await sweep(EXP * 1000);
    expect(store.own.sdJwt(seq)).toBeUndefined();
  });

  test('is not stored if all lost revisions together would have more than 1,000,000 recipients', async () => {
    await add(5);
    const count = db.prepare("SELECT value FROM counter WHERE name = 'lost_holder'");
    expect(count.get()).toEqual({ value: 1 });
    db.exec("UPDATE counter SET value = 999999 WHERE name = 'lost_holder'");
    await add(6, { recipients: ['afripol', 'interpol'] });
    await add(6, { id: 'other' });
    expect([numbers(), store.own.find('other')?.state]).toEqual([[5], 'lost']);
    await sweep((EXP + 1) * 1000 + 30 * DAY_MS);
    expect(count.get()).toEqual({ value: 999_998 });
  });

  test('is ended in steps of 50 notices, each of which reports that more are left', async () => {
    for (let at = 0; at < 60; at += 1) await add(5, { id: `n${at}` });
    const steps = [await sweep(EXP * 1000), await sweep(EXP * 1000)];
    expect(steps.map(({ more }) => more)).toEqual([true, false]);
    const ended = Array.from({ length: 60 }, (_, at) => store.ends.endOf(`n${at}`)?.ending);
    expect(ended).toEqual(Array.from({ length: 60 }, () => 'expired'));
  });

  test('is read by no sweep after its end, neither by expiry nor by a withdrawal', async () => {
    await add(5);
    await add(5, { id: 'other' });
    await store.commit(() => store.ends.end('n', { ending: 'withdrawn', reason: 'basis-gone', at: 1 }));
    expect(store.lost.expired(EXP, 9)).toEqual([{ id: 'other', exp: EXP }]);
    await sweep(EXP * 1000);
    const open = db.prepare('SELECT count(*) AS n FROM own INDEXED BY own_lost WHERE lost_open = 1');
    expect(open.get()).toEqual({ n: 0 });
  });

  test('that an earlier build stored is open unless its notice has ended', async () => {
    const path = join(folder, 'earlier.db');
    const earlier = openDatabase(
      path,
      GATEWAY_MIGRATIONS.slice(0, GATEWAY_MIGRATIONS.indexOf(LOST_OPEN_MIGRATION)),
    );
    earlier.exec(`INSERT INTO own (id, revision, number, kind, digest, exp, at, state) VALUES
      ('living', 1, 5, 'red', '', ${EXP}, 5, 'lost'), ('over', 1, 5, 'red', '', ${EXP}, 5, 'lost');
      INSERT INTO own_end VALUES ('over', 'withdrawn', NULL, 1)`);
    earlier.close();
    const opened = openGatewayStore(path);
    expect(opened.lost.expired(EXP, 9)).toEqual([{ id: 'living', exp: EXP }]);
    await opened.close();
  });

  test('leaves the end of a revision that the hub refused out of account', async () => {
    const { seq } = await insert(3 * EXP);
    const record = { frame: 1, record: Buffer.of(), digest: 'r', promises: [], promised: [], removed: [] };
    await store.commit(() => {
      store.frames.make({ number: 1, id: 'f', statement: 's', statementDigest: 'd', owns: [seq] });
      store.settlement.routed({ ...record, refused: [{ own: seq, code: 'x' }] });
    });
    await add(6);
    await sweep(EXP * 1000);
    expect(store.ends.endOf('n')).toMatchObject({ ending: 'expired' });
  });

  test('is not stored beside 100,000 others', async () => {
    await add(5);
    expect(db.prepare("SELECT value FROM counter WHERE name = 'lost'").get()).toEqual({ value: 1 });
    db.exec("UPDATE counter SET value = 100000 WHERE name = 'lost'");
    await add(6);
    expect(numbers()).toEqual([5]);
  });

  test('ends when it expires, stays lost, and is forgotten 30 days later with all that belongs to it', async () => {
    const before = rowsLeft(db);
    await add(5);
    await sweep(EXP * 1000 - 1);
    expect(store.ends.endOf('n')).toBeUndefined();
    await sweep(EXP * 1000);
    expect(store.ends.endOf('n')).toEqual({ ending: 'expired', reason: null, at: EXP * 1000 });
    expect([store.own.find('n')?.state, store.ends.wasFramed('n')]).toEqual(['lost', true]);
    await sweep(EXP * 1000 + 30 * DAY_MS - 1_000);
    expect(numbers()).toEqual([5]);
    await sweep(EXP * 1000 + 30 * DAY_MS);
    expect(rowsLeft(db)).toEqual(before);
  });
});
