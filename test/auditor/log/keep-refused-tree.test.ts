import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepRefusedTree } from '../../../services/auditor/log/keep-refused-tree.js';
import { hexDigest } from '../../../services/shared/trust/digest.js';
import { NOW } from '../../shared/trust/federation.js';
import { witnessKey } from '../../shared/tlog/log-keys.js';
import { syncedBy } from '../../support/synced-by.js';

test('a tree that a witness refused is kept durably: its folder and the one above are fsynced', async () => {
  const log = mkdtempSync(join(tmpdir(), 'log-'));
  const folder = join(log, 'refused');
  const { key } = await witnessKey('demo/w1');
  const witness = { ...key, url: 'https://w1.example' };
  const refused = { type: 'forked', from: 0, size: 1, note: 'a note', proof: [] } as const;
  const isSynced = await syncedBy(() => keepRefusedTree(folder, { witness, refused, at: NOW }));
  expect(readdirSync(folder)).toEqual([`${key.keyId}-${hexDigest('a note')}.json`]);
  expect([folder, log].filter((path) => !isSynced(path))).toEqual([]);
});
