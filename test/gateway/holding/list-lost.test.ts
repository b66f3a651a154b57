import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listLost } from '../../../services/gateway/holding/list-lost.js';
import { createHubQuestions } from '../../../services/gateway/outbound/hub-questions.js';
import { type GatewayStore, openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';

const ID = '01900000-0000-7000-8000-00000000000a';
const NOW = new Date('2031-03-01T00:00:00Z');
const NOW_MS = NOW.getTime();
const EXP = NOW_MS / 1000 + 86_400;
const FIVE_YEARS_ON = Date.parse('2036-03-01T00:02:00Z') / 1000;
let folder: string;
let store: GatewayStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liaison-list-lost-'));
  store = openGatewayStore(join(folder, 'gateway.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

interface Page {
  readonly own: readonly string[];
  readonly next: string | null;
}

/** Lists what a hub answers; `pageAfter` is called with each cursor. */
function list(pageAfter: (after: unknown) => Page): Promise<void> {
  const empty = { read: { epoch: '0'.repeat(32), sequence: 1 }, submission: null, receipts: null, held: [] };
  const ask = async ({ after }: { readonly after?: unknown }) => ({
    type: 'standing',
    ...empty,
    ...pageAfter(after),
  });
  return listLost({ identity: { clock: () => NOW }, store, questions: createHubQuestions({ ask }) });
}

const only = (...own: readonly string[]) => list(() => ({ own, next: null }));

describe('the own revisions that the hub lists for a restored gateway', () => {
  test('are stored up to a number two minutes and an end five years ahead of the clock', async () => {
    await only(`${ID}.${NOW_MS + 120_000} red ${FIVE_YEARS_ON} europol`);
    expect(store.own.find(ID)).toMatchObject({ number: NOW_MS + 120_000, exp: FIVE_YEARS_ON, state: 'lost' });
  });

  test.each([
    ['a number after which no action fits', `${ID}.${2 ** 52} red ${EXP} europol`],
    ['a number more than two minutes ahead of the clock', `${ID}.${NOW_MS + 120_001} red ${EXP} europol`],
    ['an end after which it would never be forgotten', `${ID}.${NOW_MS} red ${2 ** 52} europol`],
    ['an end more than five years ahead', `${ID}.${NOW_MS} red ${FIVE_YEARS_ON + 1} europol`],
    [
      'more recipients than a federation has members',
      `${ID}.${NOW_MS} red ${EXP} ${Array.from({ length: 513 }, (_, at) => `m${at}`).join(' ')}`,
    ],
  ])('are refused with %s, and nothing of their page is stored', async (_, row) => {
    const fine = `01900000-0000-7000-8000-00000000000b.1 red ${EXP} europol`;
    await expect(only(fine, row)).rejects.toMatchObject({ code: 'token-malformed' });
    expect(store.own.search({ limit: 9 }).rows).toEqual([]);
  });

  test('are read for 10,000 pages, however many more the hub offers', async () => {
    let pages = 0;
    await list(() => {
      pages += 1;
      expect(pages).toBeLessThanOrEqual(10_000);
      return { own: [], next: `${ID}.${pages}` };
    });
    expect(pages).toBe(10_000);
  });
});
