import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createForwardOwed } from '../../../services/router/receipts/forward-owed.js';
import type { PublishOutcome } from '../../../services/shared/bus/publish.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { generateKey, importSigner } from '../../../services/shared/trust/keys.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { alfa } from '../../shared/policy/folder.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const DIRECTORY = {
  hub: { contract: 1 },
  organisations: new Map(),
  key: () => undefined,
} as unknown as Directory;
const VIA = 'a'.repeat(64);

let folder: string;
let store: RouterStore;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  folder = mkdtempSync(join(tmpdir(), 'liaison-forward-'));
  store = openRouterStore(join(folder, 'router.db'));
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function owingOne() {
  const about = { originator: alfa, frame: VIA, recipient: 'bravo', digest: 'd', at: 0 };
  const said = { records: ['r'], root: 'r', size: 1, listed: '{}', via: VIA, token: 'e30.e30.c2ln' };
  await store.commit(() => {
    store.deliveries.addReceipt({ ...about, ...said });
    store.forwards.owe('d');
  });
  const outcomes: PublishOutcome[] = [];
  const signer = await importSigner(await generateKey('hub:hub:1'));
  let inbox: PublishOutcome = 'duplicate';
  const forward = createForwardOwed({
    store,
    signer,
    clock: () => NOW,
    directory: () => DIRECTORY,
    publishToInbox: async () => {
      outcomes.push(inbox);
      return inbox;
    },
  });
  return { forward: () => forward(alfa), outcomes, read: () => (inbox = 'stored') };
}

test('router: an answer to a recall is published again after 5 s, 10 s, 20 s and at last each 5 minutes while IN holds an unread message of its subject', async () => {
  const { forward, outcomes } = await owingOne();
  const publishedAt: number[] = [];
  const start = performance.now();
  for (let second = 0; second <= 1_000; second += 1, vi.advanceTimersByTime(1_000)) {
    const before = outcomes.length;
    await forward();
    if (outcomes.length > before) publishedAt.push(Math.round((performance.now() - start) / 1_000));
  }
  expect(publishedAt).toEqual([0, 5, 15, 35, 75, 155, 315, 615, 915]);
});

test('router: an answer to a recall that IN took is owed no more, and the next one is published at once', async () => {
  const { forward, outcomes, read } = await owingOne();
  await forward();
  read();
  vi.advanceTimersByTime(5_000);
  await forward();
  expect(store.forwards.owedTo(alfa, 10)).toEqual([]);
  await store.commit(() => store.forwards.owe('d'));
  await forward();
  expect(outcomes).toEqual(['duplicate', 'stored', 'stored']);
});
