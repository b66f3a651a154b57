import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerAlarms } from '../../../services/console/flow/http-ledger.js';
import type { ShownLedgerState } from '../../../services/console/shown.js';
import { cosignPublished } from '../../support/log/cosign-published.js';
import { until } from '../../support/until.js';
import { type Exchange, startExchange } from '../exchange.js';

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(() => exchange?.close());

const ask = (who?: string) => exchange.site.get('/v1/ledger', who);
const state = async (): Promise<ShownLedgerState> => JSON.parse((await ask()).text) as ShownLedgerState;

test('console ledger: viewers of the federation see the file, the newest checkpoint and its witnesses', async () => {
  const { broker } = exchange.site;
  // The witnesses cosign the empty log, and none of its later checkpoints.
  await cosignPublished(broker, exchange.hub.auditor.url(), broker.orgs);
  await until('every record has an entry', async () => (await state()).file.progress?.unsealed === 0);
  const { ready, reasons, file, alarms } = await state();
  expect([ready, reasons, alarms]).toEqual([true, [], []]);
  expect(file.records).toBeGreaterThan(0);
  expect(file).toMatchObject({ log: { size: file.records, quorate: 0 }, progress: { behind: 0 } });
  expect(file.log?.witnesses.map(({ name, size }) => [name, size]).toSorted()).toEqual(
    broker.orgs.map((org) => [org, 0]).toSorted(),
  );
});

test('console ledger: viewers of one organisation and callers without a token are refused', async () => {
  for (const org of exchange.site.broker.orgs) {
    const { status, text } = await ask(org);
    expect([status, JSON.parse(text).code]).toEqual([403, 'forbidden']);
    expect(text).not.toContain('records');
  }
  expect((await ask('nobody')).status).toBe(401);
});

test('console ledger: the alarms are all of the auditor, and of the routers those about the ledger', () => {
  const raised = (alarm: string) => ({ alarm, code: null, place: null, since: '', last: '', count: 1 });
  const ofRouters = [[raised('gate-closed'), raised('recall-overdue')], [raised('inbox-away')]];
  const alarms = ledgerAlarms([raised('ledger-rolled-back')], ofRouters as never, () => null);
  expect(alarms.map(({ process, alarm }) => `${process} ${alarm}`)).toEqual([
    'auditor ledger-rolled-back',
    'router recall-overdue',
  ]);
  expect(alarms.every(({ means }) => means !== '')).toBe(true);
});
