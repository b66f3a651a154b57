import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { novelReceipts } from '../../../services/router/receipts/novel-receipts.js';
import type { OpenedReceipt } from '../../../services/router/receipts/novel-receipts.js';
import { parseFrameId, parseJti, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ReceiptPart, ReceiptType } from '../../../services/shared/ledger/receipt.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { DirectoryKey } from '../../../services/shared/trust/directory.js';

const DELIVERY = parseFrameId('a'.repeat(64));
const [EUROPOL, INTERPOL] = [parseOrgId('europol'), parseOrgId('interpol')];

const part = (revision: number, type: ReceiptType = 'held'): ReceiptPart => ({
  jti: parseJti(`01900000-0000-7000-8000-000000000001.${revision}`),
  digest: digest(String(revision)),
  type,
  held: null,
});
const opened = (name: string, parts: readonly ReceiptPart[]): OpenedReceipt => ({
  receipt: {
    recipient: INTERPOL,
    originator: EUROPOL,
    delivery: DELIVERY,
    issuedAt: new Date(0),
    digest: name,
    key: {} as DirectoryKey,
    parts,
  },
  set: { statement: name, leaves: [] },
  recovered: false,
  isRecorded: false,
  kinds: new Map(),
});

describe('router: a receipt', () => {
  let folder: string;
  let store: RouterStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-receipts-'));
    store = openRouterStore(join(folder, 'router.db'));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const record = (name: string, parts: readonly ReceiptPart[], bytes: Uint8Array | null = Buffer.of(1)) =>
    store.deliveries.addReceipt({
      originator: EUROPOL,
      frame: DELIVERY,
      recipient: INTERPOL,
      digest: name,
      at: 0,
      parts: JSON.stringify(parts),
      via: null,
      bytes,
    });
  const newsOf = (...receipts: readonly OpenedReceipt[]) =>
    novelReceipts(store.deliveries, receipts).map(({ receipt, isRecorded }) => [receipt.digest, isRecorded]);

  test('is new when one of its notices is in no other receipt, or has another type there', () => {
    record('first', [part(1), part(2)]);
    expect(newsOf(opened('same', [part(2), part(1)]))).toEqual([]);
    expect(newsOf(opened('more', [part(1), part(3)]))).toEqual([['more', false]]);
    expect(newsOf(opened('turn', [part(1), part(2, 'destroyed')]))).toEqual([['turn', false]]);
  });

  test('is compared with earlier receipts of the same frame', () => {
    const two = [opened('one', [part(1)]), opened('two', [part(1)])];
    expect(newsOf(...two, opened('three', [part(1), part(2)]))).toEqual([
      ['one', false],
      ['three', false],
    ]);
  });

  test('that another router recorded while it was opened counts as recorded, and is forwarded', () => {
    record('first', [part(1)]);
    expect(newsOf(opened('first', [part(1)]))).toEqual([['first', true]]);
  });

  test('is new when the known ones have no bytes to forward again', () => {
    record('earlier', [part(1)], null);
    expect(newsOf(opened('now', [part(1)]))).toEqual([['now', false]]);
  });

  test('is ignored once everything that can be said about a delivery is recorded, whatever notices it names', () => {
    for (let at = 0; at < 6 * 64 - 1; at++) record(`r${at}`, [part(at + 1)]);
    expect(newsOf(opened('last', [part(1_000)]), opened('more', [part(1_001)]))).toEqual([['last', false]]);
  });
});
