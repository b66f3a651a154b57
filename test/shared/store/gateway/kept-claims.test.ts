import { expect, test } from 'vitest';
import { openStore } from './open-store.js';

const claim = { what: 'receipt' as const, bytes: Buffer.from('b'), at: 1 };

test('gateway store: the first 100 claims about what a recipient still owes stay; those that it answered give way', async () => {
  const { store, close } = openStore();
  const kept = (): readonly string[] => store.evidence.list().map(({ digest }) => digest);
  const keep = (number: number): void => {
    const frame = `f${number}`;
    store.frames.make({ number, id: frame, statement: 's', statementDigest: frame, owns: [] });
    store.evidence.keep({ ...claim, org: 'interpol', frame, digest: `d${number}` });
  };
  const names = Array.from({ length: 100 }, (_, at) => `d${at + 1}`);
  await store.commit(() => {
    for (let number = 1; number < 100; number += 1) keep(number);
  });
  expect(store.evidence.isFull('receipt', 'interpol')).toBe(false);
  await store.commit(() => keep(100));
  expect(store.evidence.isFull('receipt', 'interpol')).toBe(true);
  expect(store.evidence.isFull('answer', 'interpol')).toBe(false);
  expect(store.evidence.isFull('receipt', 'afripol')).toBe(false);
  await store.commit(() => keep(101));
  expect(kept()).toEqual(names);

  const receipt = {
    frame: 7,
    org: 'interpol',
    records: ['r'],
    root: 'r',
    notices: [],
    jws: 'j',
    at: 1,
    kid: 'k',
  };
  await store.commit(() => store.settlement.received({ ...receipt, except: [] }));
  expect(store.evidence.isFull('receipt', 'interpol')).toBe(false);
  expect(kept()).toEqual(names);
  await store.commit(() => keep(102));
  expect(kept()).toEqual([...names.filter((name) => name !== 'd7'), 'd102']);
  await close();
});
