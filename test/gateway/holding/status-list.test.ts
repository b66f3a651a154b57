import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStatusList } from '../../../services/gateway/holding/status-list.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readStatusList, statusAt } from '../../support/read-status-list.js';
import type { NewHeld } from '../../../services/shared/store/gateway/gateway-deliveries.js';
import { type GatewayStore, openGatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';
import { makeFederation, NOW, type TestFederation } from '../../shared/trust/federation.js';
import { storeHeld } from './store-held.js';

const ORG = parseOrgId('europol');
let folder: string;
let store: GatewayStore;
let federation: TestFederation;
beforeEach(async () => {
  federation = await makeFederation();
  folder = mkdtempSync(join(tmpdir(), 'liaison-status-'));
  store = openGatewayStore(join(folder, 'gateway.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const held = (id: string): NewHeld => {
  const about = { id, number: 1, kind: 'red', exp: 9e9, reviewAt: null, warnAt: null, forget: 9e15 };
  return { ...about, digest: id, disclosed: id, delivered: id, leaf: 0, sdJwt: 'x' };
};

function change(id: string, copy: { readonly hiddenUntil: number } | undefined): void {
  const before = store.holdings.read('afripol', id);
  const { version, early, actions, answers, keep } = before;
  const kept = { version, early, actions, answers, keep };
  const row = { registers: '{}', ...kept, ended: undefined, forget: 9e15, at: 1 };
  const next = copy && before.copy && { ...before.copy, ...copy };
  store.holdings.write({ originator: 'afripol', id, ...row, copy: next, changes: [] });
}

const placeOf = (id: string): number => store.inbox.find('afripol', id)?.statusPlace ?? -1;

test('status list: has the status of each copy (held, suspended or no longer held) at an index that never changes', async () => {
  const { directory } = federation;
  const signer = federation.signer('europol:receipt:1');
  const holder = { current: () => directory };
  const identity = { org: ORG, clock: () => NOW, directory: holder, receiptSigner: signer } as unknown;
  const list = createStatusList({
    identity: identity as Parameters<typeof createStatusList>[0]['identity'],
    store,
  });
  const read = async () => readStatusList((await list(0)).token, { directory, org: ORG, list: 0, now: NOW });
  await store.commit(() => storeHeld(store, 'afripol', [held('a'), held('b'), held('c')]));
  expect(placeOf('a')).toBe(-1);
  await list(0);
  const places = ['a', 'b', 'c'].map(placeOf);
  const statuses = async () => {
    const bytes = await read();
    return places.map((place) => statusAt(bytes, place));
  };
  expect(await statuses()).toEqual([0, 0, 0]);
  await store.commit(() => {
    change('a', undefined);
    change('b', { hiddenUntil: 9e12 });
  });
  expect(await statuses()).toEqual([1, 2, 0]);
  await store.commit(() => storeHeld(store, 'afripol', [{ ...held('c'), number: 2 }]));
  await list(0);
  expect(placeOf('c')).toBe(places[2]);
  await expect(list(1)).rejects.toMatchObject({ code: 'not-found' });
});
