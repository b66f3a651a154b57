import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openArchive } from '../../../services/auditor/archive.js';
import { indexOfRecord } from '../../../services/auditor/log/life-records.js';
import { entryOf } from '../../../services/auditor/log/log-entries.js';
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

test('a ruled-out record has no entry, and the indexes of the records after it have no gap', async () => {
  expect(entryOf({ ...place, bytes: Buffer.from('token'), ruledOut: 'id' })).toBeUndefined();
  const archive = await openArchive(mkdtempSync(join(tmpdir(), 'auditor-')));
  onTestFinished(() => archive.close());
  const entries = [1, 2, 3, 4, 5, 6].map((seq) => {
    const signed = frames.record.encode({ ...record, statement: { statement: `a.${seq}.c`, leaves: [] } });
    return { ...place, seq, bytes: signed, ...([3, 5].includes(seq) && { ruledOut: `command ${seq}` }) };
  });
  await archive.keep(entries);
  expect([1, 2, 4, 6].map((number) => indexOfRecord(number, archive, undefined))).toEqual([0, 1, 2, 3]);
});
