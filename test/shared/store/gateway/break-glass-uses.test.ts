import { expect, onTestFinished, test } from 'vitest';
import { openStore } from './open-store.js';

test('break-glass that the hub refused, or that ended before it was sent, owes no review, and stays in the list of uses', async () => {
  const { store, db, close } = openStore();
  onTestFinished(close);
  const used = { breakGlass: 'escape', breakGlassKid: 'europol:approver:1' };
  for (const id of ['living', 'refused', 'sent', 'unsent']) {
    const signed = { digest: id, header: '{}', sdJwt: 't' };
    const about = { id, revision: 1, number: 5, kind: 'red', exp: 1_000, at: 1, listed: null };
    await store.commit(() => {
      const { seq } = store.own.insert({ ...about, ...signed, awaitsApproval: true });
      store.own.approve(seq, { ...signed, ...used });
    });
  }
  const unreviewed = () => store.own.unreviewed(1, 9).map(({ id }) => id);
  expect(unreviewed()).toEqual(['living', 'refused', 'sent', 'unsent']);
  db.prepare("UPDATE own SET state = 'refused', frame = 1 WHERE id = 'refused'").run();
  db.prepare("UPDATE own SET state = 'routed', frame = 2 WHERE id = 'sent'").run();
  for (const id of ['sent', 'unsent'])
    await store.commit(() => store.ends.end(id, { ending: 'withdrawn', reason: null, at: 2 }));
  expect(unreviewed()).toEqual(['living', 'sent']);
  const unrecorded = (id: string) => store.own.isUnrecorded({ id, number: 5 });
  expect(['living', 'refused', 'sent', 'unsent'].filter(unrecorded)).toEqual(['refused', 'unsent']);
  const listed = (breakGlass: 'used' | 'unreviewed') =>
    store.own.search({ breakGlass, limit: 9 }).rows.map(({ id }) => id);
  expect(listed('unreviewed')).toEqual(['sent', 'living']);
  expect(listed('used')).toEqual(['unsent', 'sent', 'refused', 'living']);
});
