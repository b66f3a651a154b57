import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Archive, openArchive } from '../../services/auditor/archive.js';
import { createArchiveReader } from '../../services/auditor/archive-reader.js';
import { fail } from '../../services/shared/kernel/errors.js';
import { digest } from '../../services/shared/trust/digest.js';
import { frames } from '../../services/shared/wire/frames.js';
import { NOTICE } from './hub.js';

/** An archive of records about one notice, which are well-formed and signed by no router. */
async function archiveOf(count: number): Promise<Archive> {
  const archive = await openArchive(mkdtempSync(join(tmpdir(), 'liaison-records-')));
  onTestFinished(() => archive.close());
  const part = Buffer.from(JSON.stringify({ type: 'decision', jti: `${NOTICE}.1` }));
  const claims = Buffer.from(JSON.stringify({ org: 'europol', iat: 1 })).toString('base64url');
  const entries = Array.from({ length: count }, (_, at) => {
    const leaves = [{ part, salt: new Uint8Array(16) }];
    const statement = { statement: `${digest(String(at))}.${claims}.x`, leaves };
    const bytes = frames.record.encode({ statement, receipts: [] }) as Uint8Array;
    return { epoch: 'one', seq: at + 1, subject: 'ledger.europol', bytes };
  });
  await archive.keep(entries);
  return archive;
}

test('auditor records: reading for a request stops when its caller disconnects', async () => {
  const archive = await archiveOf(5);
  const request = new AbortController();
  const reader = createArchiveReader(archive, request.signal);
  const gone = fail('timed-out', 'gone');
  const read: number[] = [];
  const all = async (): Promise<void> => {
    for await (const { number } of reader.about(NOTICE)) {
      read.push(number);
      if (read.length === 2) request.abort(gone);
    }
  };
  await expect(all()).rejects.toBe(gone);
  expect(read).toEqual([1, 2]);
  await expect(reader.bytes(1)).rejects.toBe(gone);
});

test('auditor records: repeated requests for the facts of one record read it once', async () => {
  const archive = await archiveOf(3);
  const reader = createArchiveReader(archive, new AbortController().signal);
  const first = await reader.facts(1);
  expect(first).toMatchObject({ number: 1, org: 'europol', at: '1970-01-01T00:00:01.000Z' });
  expect(await reader.facts(1)).toBe(first);
  await reader.facts(2);
  expect(await reader.facts(1)).not.toBe(first);
  await expect(reader.facts(4)).rejects.toMatchObject({ code: 'ledger-damaged' });
});
