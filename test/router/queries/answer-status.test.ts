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

/** Receipts of interpol for a report that gives it the first two notices, and for one whose record is not known. */
function receipted(store: RouterStore): void {
  const shares = {
    notices: notices.map(({ jti, digest: named }) => [jti, named]),
    left: { interpol: [0, 1] },
    gone: {},
  };
  const place = { epoch: 'e', seq: 9, at: 1, exp: 1, kept: true, bytes: null };
  const report = { digest: 'report', org: EUROPOL, frame: FRAME, type: 'routing' } as const;
  store.ledger.add({ ...report, ...place, shares: JSON.stringify(shares) });
  const delivery = { originator: EUROPOL, frame: FRAME, recipient: 'interpol' };
  const said = { root: 'r', size: 2, listed: '{}', via: 'v', token: 't', at: 1 };
  for (const name of ['report', 'unknown'])
    store.deliveries.addReceipt({ ...delivery, ...said, digest: name, records: [name] });
}

test('router status query: the status of a notice is how far it has got with each recipient, and which ones receipted it', () => {
  const store = recorded();
  receipted(store);
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
  receipted(store);
  const asked: string[] = [];
  const deliveries: RouterStore['deliveries'] = {
    ...store.deliveries,
    receiptsByNotice: (...about) => {
      asked.push(about.join(' '));
      return store.deliveries.receiptsByNotice(...about);
    },
  };
  const jtis = Array.from({ length: 240 }, (_, at) => JTIS[at % JTIS.length]);
  answerStatus({ jtis }, { org: EUROPOL, store: { ...store, deliveries } });
  expect(asked).toEqual([`europol ${FRAME}`]);
  answeredOn({ ...store, deliveries }, { org: EUROPOL, ids: [FRAME] });
  expect(asked).toHaveLength(2);
});

test('router: a recipient counts as having answered what the records of its receipt left to it', () => {
  const store = recorded();
  receipted(store);
  const [first, second, third] = notices as [Named, Named, Named];
  const answered = answeredOn(store, { org: EUROPOL, ids: [FRAME] });
  expect([first, second, third].map((one) => [...answered(one)])).toEqual([['interpol'], ['interpol'], []]);
  expect(answered({ ...first, digest: digest('another') })).toEqual(new Set());
});

type Named = (typeof notices)[number];
