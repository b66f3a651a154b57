import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { equalDeadlines } from '../../../services/shared/notice/deadlines.js';
import { receiptSteps } from '../../../services/router/receipts/receipts.js';
import { startHub, type TestHub } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { example, startGateway, type Started } from '../start-gateway.js';

/** Less than the minute for which a router continues without a heartbeat of the auditor. */
const DEADLINE_S = 30;
let hub: TestHub;
let gateway: Started;
const forwarding = { isLost: false, count: 0 };

const start = async (): Promise<void> => {
  const settings = { deadlines: equalDeadlines(DEADLINE_S), sweepMs: 100, resendMs: 600_000 };
  gateway = await startGateway(hub.broker, 'europol', { settings, clock: hub.clock });
};

beforeAll(async () => {
  hub = await startHub();
  const forward: typeof receiptSteps.forward = async (...about) => {
    if (forwarding.isLost) return;
    await receiptSteps.forward(...about);
    forwarding.count += 1;
  };
  await hub.open(await hub.start({ receiptSteps: { ...receiptSteps, forward } }));
});
afterEach(() => gateway.stop());
afterAll(() => hub?.close());

/** Submits a notice to these recipients; resolves to its id once each holds it and the report has arrived. */
async function submit(...recipients: readonly PlayedGateway[]): Promise<string> {
  const { header, sections } = example('green');
  const body = { header: { ...header, addressees: recipients.map(({ org }) => org) }, sections };
  const before = recipients.map(({ held }) => held.length);
  const { body: answer } = await gateway.call('POST', '/v1/notices', { body });
  for (const [at, { held }] of recipients.entries())
    await until('the delivery', () => held.length > Number(before[at]));
  await until('the report', () => stateOf(String(answer['id'])) === 'routed');
  return String(answer['id']);
}

const stateOf = (id: string) => gateway.store.own.find(id)?.state;
const passDeadline = (): void => hub.clock.move((DEADLINE_S + 1) * 1_000);

async function answer({ held, answer: sign }: PlayedGateway): Promise<void> {
  const last = held.at(-1);
  if (last === undefined) throw new Error('nothing is held');
  const recorded = async () => (await hub.auditor.records()).filter(({ type }) => type === 'receipts').length;
  const before = await recorded();
  await sign(last);
  await until('the record of the receipt', async () => (await recorded()) > before);
}

const recipients = new Map<string, PlayedGateway>();
async function listening(org: string): Promise<PlayedGateway> {
  const known = recipients.get(org);
  if (known !== undefined) return known;
  const recipient = await hub.gateway(org);
  await recipient.listen();
  recipients.set(org, recipient);
  return recipient;
}

const claimedOf = (): readonly string[] =>
  gateway.store.evidence.list().flatMap(({ what, org }) => (what === 'receipt' ? [org] : []));

test('no claim is signed about a receipt that waits in IN while the gateway is down past the deadline', async () => {
  const recipient = await listening('interpol');
  Object.assign(forwarding, { isLost: false, count: 0 });
  await start();
  const id = await submit(recipient);
  await gateway.stop();
  await answer(recipient);
  await until('the receipt to be forwarded', () => forwarding.count > 0);
  passDeadline();
  await start();
  await until('the notice to be settled', () => stateOf(id) === 'settled');
  expect(claimedOf()).toEqual([]);
});

test('a claim ends when a receipt arrives that was signed before the deadline, and stays when it was signed later', async () => {
  const [prompt, late] = [await listening('interpol'), await listening('afripol')];
  Object.assign(forwarding, { isLost: true });
  await start();
  const id = await submit(prompt, late);
  await answer(prompt);
  passDeadline();
  await answer(late);
  await until('a claim about each', () => claimedOf().length === 2);
  forwarding.isLost = false;
  const { frames, commit } = gateway.store;
  await commit(() => frames.due(8e15, 10).forEach(({ number }) => frames.rest(number, Date.now())));
  await until('the notice to be settled', () => stateOf(id) === 'settled');
  expect(claimedOf()).toEqual(['afripol']);
});
