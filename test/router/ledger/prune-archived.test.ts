import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pruneArchived } from '../../../services/router/ledger/prune-archived.js';
import { openRouterStore } from '../../../services/shared/store/router/router-store.js';

const DAY = 86_400;

test('router: an ended notice is dropped a month later by the time of the auditor, whatever the clock of the router says', async () => {
  const store = openRouterStore(join(mkdtempSync(join(tmpdir(), 'liaison-')), 'router.db'));
  const [day, epoch] = [Date.parse('2026-11-27T12:00:00Z') / 1000, 'e'];
  const delivery = { originator: 'europol', frame: 'f', recipient: 'afripol' };
  const isKnown = (): boolean => store.deliveries.statusOf(delivery) !== undefined;
  await store.commit(() => {
    store.setFact('epoch', epoch);
    store.deliveries.allow(delivery, day);
  });
  const hear = (days: number, ahead: number): Promise<void> => {
    const time = new Date((day + days * DAY) * 1000);
    const clock = (): Date => new Date(time.getTime() + ahead * DAY * 1000);
    const heartbeat = { epoch, seq: 1, count: 1, size: 0, time, token: 'none', frame: Buffer.of() };
    return pruneArchived(store, { heartbeat, clock, head: 1 });
  };
  await hear(1, 2_400);
  expect(isKnown()).toBe(true);
  await hear(32, 0);
  expect(isKnown()).toBe(false);
  await store.close();
});
