import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderReader } from '../../../services/cli/ledger/export/read-export.js';
import { formatTlogProof } from '../../../services/shared/tlog/tlog-proof.js';
import { keptNotes } from '../../../services/shared/verify/ledger-export/kept-checkpoints.js';
import { refused } from '../../shared/trust/federation.js';
import { craftEvidence } from '../../shared/verify/craft-evidence.js';
import { heldPack } from '../../shared/verify/craft-packs.js';

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
});

describe('a kept checkpoint', () => {
  const note = 'demo/liaison/1\n1\nAAAA\n\n— demo/liaison/1 AAAA\n';

  test('is taken from a note, a proof, or the proofs of a pack, each once', async () => {
    const proof = formatTlogProof({ index: 0, path: [], note });
    const pack = heldPack(await craftEvidence());
    const proven = { ...pack, records: pack.records.map((record) => ({ ...record, proof })) };
    expect(keptNotes(Buffer.from(note))).toEqual([note]);
    expect(keptNotes(Buffer.from(proof))).toEqual([note]);
    expect(keptNotes(Buffer.from(JSON.stringify(proven)))).toEqual([note]);
    expect(() => keptNotes(Buffer.from(JSON.stringify(pack)))).toThrow('no checkpoint');
  });
});
