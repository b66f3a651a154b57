import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answerStatus } from '../../../services/router/queries/answer-status.js';
import { answeredOn } from '../../../services/router/frames/answered.js';
import { parseFrameId, parseJti, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';

const EUROPOL = parseOrgId('europol');
const FRAME = parseFrameId('f'.repeat(64));
const JTIS = [1, 2, 3].map((revision) => parseJti(`01900000-0000-7000-8000-000000000001.${revision}`));
const notices = JTIS.map((jti) => ({ jti, digest: digest(jti) }));

/** A frame of three notices, delivered to two recipients. */
function recorded(): RouterStore {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-status-'));
  const store = openRouterStore(join(folder, 'router.db'));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const decisions = JSON.stringify(
    ['interpol', 'afripol'].map((to) => ({ type: 'decision', to, outcome: 'delivered' })),
  );
  const about = { originator: EUROPOL, number: 1, exp: 1, kind: 'red', state: 'active', frame: FRAME, at: 1 };
  for (const [at, notice] of notices.entries()) {
    store.notices.put(
      { ...about, ...notice, state: 'active', part: '{}', decisions },
      { epoch: 'e', seq: at + 1 },
    );
  }
  for (const recipient of ['interpol', 'afripol']) {
    const delivery = { originator: EUROPOL, frame: FRAME, recipient };
    store.deliveries.allow(delivery, 1);
    store.deliveries.set(delivery, 'delivered');
  }
  return store;
}

/** A receipt of interpol for the first two notices, and one more for the first. */
function receipted(store: RouterStore, bytes: Uint8Array | null): void {
  for (const [name, about] of [
    ['one', notices.slice(0, 2)],
    ['two', notices.slice(0, 1)],
  ] as const) {
    const parts = JSON.stringify(about.map((notice) => ({ ...notice, type: 'held', held: null })));
    const delivery = { originator: EUROPOL, frame: FRAME, recipient: 'interpol' };
    store.deliveries.addReceipt({ ...delivery, digest: name, at: 1, parts, via: 'v', bytes });
  }
}

test('router status query: the status of a notice is how far it has got with each recipient, and which ones receipted it', () => {
  const store = recorded();
  receipted(store, null);
  const way = (interpol: string) => ({ interpol, afripol: 'delivered' });
  const { notices: said } = answerStatus({ jtis: JTIS }, { org: EUROPOL, store });
  expect(said.map(({ recipients }) => recipients)).toEqual([
    way('receipted'),
    way('receipted'),
    way('delivered'),
  ]);
});

test('router status query: the receipts for a frame are looked up once, however many of its notices are asked about', () => {
  const store = recorded();
  receipted(store, Buffer.of(1));
  const asked: string[] = [];
  const deliveries: RouterStore['deliveries'] = {
    ...store.deliveries,
    receiptsByNotice: (...about) => {
      asked.push(about.join(' '));
      return store.deliveries.receiptsByNotice(...about);
    },
    receiptsOf: () => expect.unreachable('with the bytes of each'),
  };
  const jtis = Array.from({ length: 240 }, (_, at) => JTIS[at % JTIS.length]);
  answerStatus({ jtis }, { org: EUROPOL, store: { ...store, deliveries } });
  expect(asked).toEqual([`europol ${FRAME}`]);
  answeredOn({ ...store, deliveries }, { org: EUROPOL, ids: [FRAME] });
  expect(asked).toHaveLength(2);
});

test('router: a recipient counts as having answered when one of its receipts can be forwarded again', () => {
  const store = recorded();
  receipted(store, null);
  const [first, second] = notices as [(typeof notices)[0], (typeof notices)[0]];
  const answered = () => answeredOn(store, { org: EUROPOL, ids: [FRAME] });
  expect(answered()(first)).toEqual(new Set());
  const delivery = { originator: EUROPOL, frame: FRAME, recipient: 'interpol' };
  const parts = JSON.stringify([{ ...first, type: 'kept', held: null }]);
  store.deliveries.addReceipt({
    ...delivery,
    digest: 'three',
    at: 2,
    parts,
    via: 'v',
    bytes: Buffer.of(1),
  });
  expect(answered()(first)).toEqual(new Set(['interpol']));
  expect(answered()({ ...first, digest: digest('another') })).toEqual(new Set());
  expect(answered()(second)).toEqual(new Set());
});
