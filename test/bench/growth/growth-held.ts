import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewayStore, openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';
import { quantileOf } from '../figures.js';
import {
  ABSENT_KIND,
  COMMON_WORD,
  createHeldNotices,
  type HeldNotices,
  ORIGINATORS,
} from './held-notices.js';

/**
 * Measurements of a gateway's database that holds `held` notices. Times are medians in milliseconds unless
 * stated.
 */
export interface HeldRow {
  readonly held: number;
  /** Commits a delivery of 16 notices, including the flush to disk. */
  readonly commitMs: number;
  readonly commitP99Ms: number;
  /**
   * Reads the newest 50 notices: of all, of one originator, and of a kind that no notice has. The last query
   * scans every notice unless an index covers it.
   */
  readonly inboxMs: number;
  readonly inboxOriginatorMs: number;
  readonly inboxAbsentKindMs: number;
  /** Finds one notice by its originator and id. */
  readonly findMs: number;
  /** Searches the newest 50 notices with a name that few notices have, and with a word that all have. */
  readonly searchRareMs: number;
  readonly searchCommonMs: number;
  /** Adds one notice to the search index. */
  readonly indexMicros: number;
  /** Computes the counts that the metrics export. */
  readonly countsMs: number;
  readonly databaseMiB: number;
  readonly bytesPerNotice: number;
  /** Resident memory of this process, which does no other work. */
  readonly residentMiB: number;
}

const DELIVERY = 16;
const COMMITS = 100;
const QUERIES = 15;
const PAGE = 50;
/**
 * The number of deliveries in one transaction while the database is filled, and of notices indexed in one.
 */
const GROUP = 64;
const INDEXED = 4_096;

/**
 * Fills one database to each size in turn through the gateway's own store, and measures it. `sizes` must
 * ascend.
 */
export async function growHeld(
  sizes: readonly number[],
  say: (words: string) => void,
): Promise<readonly HeldRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-bench-'));
  const path = join(folder, 'gateway.db');
  const store = openGatewayStore(path);
  try {
    const filling: Filling = { store, path, notices: await createHeldNotices(), next: 1 };
    const rows: HeldRow[] = [];
    for (const size of sizes) {
      say(`${size} held notices: filling`);
      await fill(filling, size);
      say(`${size} held notices: measuring`);
      rows.push(await measure(filling, size));
    }
    return rows;
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}

interface Filling {
  readonly store: GatewayStore;
  readonly path: string;
  readonly notices: HeldNotices;
  /** The number of the next notice. */
  next: number;
}

async function fill(filling: Filling, size: number): Promise<void> {
  const { store } = filling;
  while (filling.next <= size) {
    const commits: Promise<void>[] = [];
    while (commits.length < GROUP && filling.next <= size) commits.push(deliver(filling, size));
    await Promise.all(commits);
    const deliveries = store.inbox.unsent(GROUP).map(({ seq }) => seq);
    const number = store.facts.number('receipt-frame') + 1;
    const frame = { number, statementDigest: 'digest', bytes: Buffer.of(1), words: [], changed: [], at: 0 };
    await store.commit(() => {
      store.receiptFrames.make({ ...frame, deliveries });
      store.receiptFrames.sent(number);
    });
  }
  index(filling);
  await store.checkpoint();
}

async function deliver(filling: Filling, last = Infinity): Promise<void> {
  const { store, notices, next } = filling;
  const count = Math.min(DELIVERY, last - next + 1);
  filling.next += count;
  const delivery = notices.delivery(next, count);
  await store.commit(() => {
    if (!store.inbox.accept(delivery)) throw new Error('a delivery was there already');
  });
}

function index({ store, notices }: Filling): void {
  while (!store.inboxText.catchUp(({ seq }) => [notices.words(seq)], INDEXED));
}

async function measure(filling: Filling, held: number): Promise<HeldRow> {
  const { store, path, notices } = filling;
  const databaseMiB = statSync(path).size / 1024 ** 2;
  const took: number[] = [];
  for (let each = 0; each < COMMITS; each += 1) {
    const began = performance.now();
    await deliver(filling);
    took.push(performance.now() - began);
  }
  const indexing = timeOf(() => index(filling));
  const [originator] = ORIGINATORS;
  const [newest] = store.inbox.search({ limit: 1 }).rows;
  const search = (more: object): number => medianOf(() => store.inbox.search({ limit: PAGE, ...more }));
  return {
    held,
    commitMs: quantileOf(took, 0.5),
    commitP99Ms: quantileOf(took, 0.99),
    inboxMs: search({}),
    inboxOriginatorMs: search({ originator }),
    inboxAbsentKindMs: search({ kind: ABSENT_KIND }),
    findMs: medianOf(() => store.inbox.find(newest?.originator ?? '', newest?.id ?? '')),
    searchRareMs: search({ text: notices.name(Math.ceil(held / 2)) }),
    searchCommonMs: search({ text: COMMON_WORD }),
    indexMicros: (indexing * 1000) / (COMMITS * DELIVERY),
    countsMs: medianOf(() => store.counts()),
    databaseMiB,
    bytesPerNotice: (databaseMiB * 1024 ** 2) / held,
    residentMiB: process.memoryUsage().rss / 1024 ** 2,
  };
}

function medianOf(work: () => unknown): number {
  return quantileOf(
    Array.from({ length: QUERIES }, () => timeOf(work)),
    0.5,
  );
}

function timeOf(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
