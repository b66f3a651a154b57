import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { COMMON_WORD, createHeldNotices } from './held-notices.js';
import { openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';

test('held notices: the inbox finds each generated notice by its own name, and all of them by the common word', async () => {
  const notices = await createHeldNotices();
  const folder = mkdtempSync(join(tmpdir(), 'liaison-held-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = openGatewayStore(join(folder, 'gateway.db'));
  const taken = await store.commit(() =>
    [1, 17].map((first) => store.inbox.accept(notices.delivery(first, 16))),
  );
  expect(taken).toEqual([true, true]);
  expect(store.inboxText.catchUp(({ seq }) => [notices.words(seq)], 100)).toBe(true);
  const numbersOf = (text: string): readonly number[] =>
    store.inbox.search({ text, limit: 50 }).rows.map(({ number }) => number);
  expect(numbersOf(notices.name(20))).toEqual([20]);
  expect(numbersOf(COMMON_WORD)).toHaveLength(32);
  await store.close();
});

test('held notices: the first 200,000 generated names are distinct', async () => {
  const { name } = await createHeldNotices();
  expect(new Set(Array.from({ length: 200_000 }, (_, index) => name(index))).size).toBe(200_000);
});
