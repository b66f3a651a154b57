import { expect, test } from 'vitest';
import { entryOf, indexOfRecord } from '../../../services/auditor/log/log-entries.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';

const place = { number: 1, epoch: 'e', seq: 1, subject: 'ledger.europol' };
const record = {
  statement: { statement: 'a.b.c', leaves: [] },
  receipts: [],
  changes: [],
  actions: [],
  requests: [],
  command: '',
};
const bytes = frames.record.encode(record);

test('the entry of a record is the digest of its statement alone', () => {
  expect(entryOf({ ...place, bytes })).toEqual(sha256('a.b.c'));
});

test('a ruled-out record has no entry, and the indexes of the records after it have no gap', () => {
  expect(entryOf({ ...place, bytes: Buffer.from('token'), ruledOut: 'id' })).toBeUndefined();
  expect([1, 2, 4, 6].map((number) => indexOfRecord(number, [5, 3]))).toEqual([0, 1, 2, 3]);
});
