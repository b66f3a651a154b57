import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  compareReceipts,
  type OpenedReceipt,
  saidBy,
} from '../../../services/router/receipts/novel-receipts.js';
import { jtiOf, parseFrameId, parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { ReceiptType } from '../../../services/shared/kernel/receipt-types.js';
import type { ReceiptException } from '../../../services/shared/ledger/receipt/receipt.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { DirectoryKey } from '../../../services/shared/trust/directory.js';

const DELIVERY = parseFrameId('a'.repeat(64));
const [EUROPOL, INTERPOL] = [parseOrgId('europol'), parseOrgId('interpol')];

const [ROOT, RECORD] = [digest('a root'), digest('a record')];

type Excepted = readonly (readonly [index: number, type: ReceiptType])[];
interface Named {
  readonly records?: readonly string[];
  readonly root?: string;
}

const exceptions = (excepted: Excepted): readonly ReceiptException[] =>
  excepted.map(([index, type]) => ({ index, jti: jtiAt(index), type }));
const jtiAt = (index: number) => jtiOf(parseNoticeId('01900000-0000-7000-8000-000000000001'), index + 1);
const opened = (
  name: string,
  excepted: Excepted,
  { records = [RECORD], root = ROOT }: Named = {},
): OpenedReceipt => ({
  receipt: {
    recipient: INTERPOL,
    originator: EUROPOL,
    delivery: DELIVERY,
    issuedAt: new Date(0),
    digest: name,
    key: {} as DirectoryKey,
    records,
    root,
    size: 64,
    except: exceptions(excepted),
    actions: [],
  },
  token: name,
  delivery: '',
  recovered: false,
  isRecorded: false,
  outcomes: [],
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

  const record = (name: string, excepted: Excepted) =>
    store.deliveries.addReceipt({
      originator: EUROPOL,
      frame: DELIVERY,
      recipient: INTERPOL,
      digest: name,
      at: 0,
      size: 64,
      ...saidBy(opened(name, excepted).receipt),
      via: DELIVERY,
      token: name,
    });
  const newsOf = (...receipts: readonly OpenedReceipt[]) =>
    compareReceipts(store.deliveries, receipts).novel.map(({ receipt, isRecorded }) => [
      receipt.digest,
      isRecorded,
    ]);

  test('is new when it states an outcome of a notice that no other receipt states, or names other records', () => {
    record('first', [[1, 'rejected']]);
    expect(newsOf(opened('same', [[1, 'rejected']]))).toEqual([]);
    expect(newsOf(opened('held', []))).toEqual([['held', false]]);
    expect(newsOf(opened('turn', [[1, 'destroyed']]))).toEqual([['turn', false]]);
    const other = { records: [RECORD, digest('a narrowing')] };
    expect(newsOf(opened('narrower', [[1, 'rejected']], other))).toEqual([['narrower', false]]);
  });

  test('is compared with earlier receipts of the same frame', () => {
    const two = [opened('one', []), opened('two', [])];
    expect(newsOf(...two, opened('three', [[0, 'kept']]))).toEqual([
      ['one', false],
      ['three', false],
    ]);
  });

  test('that another router recorded while it was opened counts as recorded, and is forwarded', () => {
    record('first', []);
    expect(newsOf(opened('first', []))).toEqual([['first', true]]);
  });

  test('is ignored once as much as can be said about a delivery is recorded', () => {
    const types = ['rejected', 'superseded', 'not-held', 'destroyed', 'kept'] as const;
    const all = types.flatMap((type) => Array.from({ length: 64 }, (_, at) => [[at, type]] as Excepted));
    const more = Array.from(
      { length: 63 },
      (_, at): Excepted => [
        [0, 'kept'],
        [at + 1, 'rejected'],
      ],
    );
    for (const [at, excepted] of [...all, ...more].entries()) record(`r${at}`, excepted);
    expect(
      newsOf(
        opened('last', []),
        opened('more', [
          [1, 'kept'],
          [2, 'kept'],
        ]),
      ),
    ).toEqual([['last', false]]);
  });

  test('with another root than an earlier one for the same records conflicts with it, in one frame too', () => {
    record('first', []);
    const otherRoot = { root: digest('another root') };
    const other = opened('other', [], otherRoot);
    expect(compareReceipts(store.deliveries, [opened('same', []), other]).conflicting).toEqual(
      new Set([other]),
    );
    const narrower = { records: [RECORD, digest('a narrowing')] };
    const [one, two] = [opened('one', [], narrower), opened('two', [], { ...narrower, ...otherRoot })];
    expect(compareReceipts(store.deliveries, [one, two]).conflicting).toEqual(new Set([two]));
  });

  test('is compared with those of its delivery, which are read once for a frame of receipts', () => {
    record('first', []);
    const reads: string[] = [];
    const counted = {
      ...store.deliveries,
      receiptsFrom: (delivery: Parameters<typeof store.deliveries.receiptsFrom>[0]) => {
        reads.push(delivery.frame);
        return store.deliveries.receiptsFrom(delivery);
      },
    };
    const many = Array.from({ length: 64 }, (_, at) => opened(`r${at}`, [[at, 'kept']]));
    const { conflicting, novel } = compareReceipts(counted, many);
    expect([conflicting.size, novel.length]).toEqual([0, 64]);
    expect(reads).toHaveLength(1);
  });
});
