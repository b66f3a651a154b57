import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderReader } from '../../../../services/cli/ledger/export/read-export.js';
import { MAX_RECORD_LINE } from '../../../../services/shared/verify/ledger-export/record-line.js';
import { refused } from '../../../shared/trust/federation.js';

describe('the files of an export', () => {
  test('are plain files of the folder: no link, pipe or folder is read, and none is waited for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'export-'));
    symlinkSync('/etc/hostname', join(folder, 'link'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'file'), 'a\nb');
    const { file, lines } = folderReader(folder);
    for (const name of ['link', 'pipe', 'folder']) {
      await refused(file(name), 'usage');
      await refused(lines(name)[Symbol.asyncIterator]().next(), 'usage');
    }
    expect(Buffer.from((await file('file')) ?? []).toString()).toBe('a\nb');
    expect(await file('nothing')).toBeUndefined();
  });

  test('are not read through a folder that is a link; the folder of the export itself may be one', async () => {
    const place = mkdtempSync(join(tmpdir(), 'export-'));
    for (const name of ['other', 'export', 'export/records']) mkdirSync(join(place, name));
    for (const name of ['other/000.ndjson', 'export/records/000.ndjson'])
      writeFileSync(join(place, name), 'a\n');
    symlinkSync('../other', join(place, 'export', 'linked'));
    symlinkSync('export', join(place, 'named'));
    const { file, lines } = folderReader(join(place, 'named'));
    expect(await file('records/000.ndjson')).toHaveLength(2);
    expect(await file('linked/nothing')).toBeUndefined();
    await refused(file('linked/000.ndjson'), 'usage');
    await refused(lines('linked/000.ndjson')[Symbol.asyncIterator]().next(), 'usage');
  });

  test('with a line that is too long are refused by their path', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'export-'));
    writeFileSync(join(folder, 'long'), '');
    truncateSync(join(folder, 'long'), MAX_RECORD_LINE + 1);
    const { message } = await refused(
      folderReader(folder).lines('long')[Symbol.asyncIterator]().next(),
      'oversize',
    );
    expect(message).toContain(join(folder, 'long'));
  });
});
