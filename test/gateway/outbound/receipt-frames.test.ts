import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createReceiveDelivery } from '../../../services/gateway/inbound/receive-delivery.js';
import { makeReceiptFrame, waitingReceipts } from '../../../services/gateway/outbound/receipt-frame.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { verifyChange } from '../../../services/shared/ledger/receipt/change.js';
import {
  digestsIn,
  verifyReceiptsStatement,
} from '../../../services/shared/ledger/receipt/receipts-statement.js';
import { frameId } from '../../../services/shared/trust/digest.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, someFrame } from '../craft.js';
import { craftDelivery, craftRouting } from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { clockWatchOf, example, type Json, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let hub: Hub;
let gateway: Started;
let skew = 0;
const clock = (): Date => new Date(Date.now() + skew);
const started: Started[] = [];

const start = async (org: string, options: Parameters<typeof startGateway>[2] = {}): Promise<Started> => {
  const one = await startGateway(broker, org, { clock, ...options });
  started.push(one);
  return one;
};

beforeEach(async () => {
  skew = 0;
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
});
afterEach(async () => {
  await Promise.all([...started.splice(0).map((one) => one.stop()), hub?.stop()]);
  await broker?.close();
});

const reading = () => ({ directory: hub.directory, recipient: afripol, now: clock() });
const sent = () => hub.receipts.map(({ frame, message }) => ({ frame, ...message }));

async function playOn(): Promise<void> {
  hub = await playHub(broker, gateway.identity.directory.current(), clock);
}

describe('gateway: frames of receipts', () => {
  test('are numbered and chained, and list exactly the receipts in them', async () => {
    gateway = await start('afripol');
    await playOn();
    await hub.serve('afripol');
    for (const count of [1, 2]) {
      const { notice, sections } = await craft(broker, hub.directory);
      const frame = someFrame();
      await hub.deliver(afripol, { originator: europol, frame, notices: [{ notice, sections }] });
      await until('its frame', () => hub.receipts.length === count);
    }
    const said = await Promise.all(
      sent().map((frame) => verifyReceiptsStatement(frame.statement, digestsIn(frame), reading())),
    );
    expect(said.map(({ number, previous }) => [number, previous])).toEqual([
      [1, null],
      [2, said[0]?.digest],
    ]);
  });

  test('that were stored and not sent before a stop are sent after the start with the same bytes, before any other', async () => {
    gateway = await start('afripol', { offline: true });
    await playOn();
    await accepted();
    const { identity, store } = gateway;
    const waiting = waitingReceipts(store, { now: clock().getTime(), changeMs: DAY });
    await makeReceiptFrame({ identity, store }, waiting);
    const { number, bytes } = store.receiptFrames.pending()!;
    await accepted();
    expect(store.counts().unsent).toBe(2);
    await started.splice(0)[0]?.stop();

    gateway = await start('afripol');
    await hub.serve('afripol');
    await until('both frames', () => hub.receipts.length === 2);
    const [again, other] = sent();
    expect(number).toBe(1);
    expect(again?.frame).toBe(frameId('receipt', 'afripol', bytes));
    expect(frames.receipt.encode(again!)).toEqual(Buffer.from(bytes));
    const said = await Promise.all(
      [again!, other!].map((one) => verifyReceiptsStatement(one.statement, digestsIn(one), reading())),
    );
    expect(said.map((one) => one.number)).toEqual([1, 2]);
    expect(said[1]?.previous).toBe(said[0]?.digest);
    await until('nothing waits', () => gateway.store.counts().unsent === 0);
  });
});

/** Stores a delivery of one notice, as if it had arrived. */
async function accepted(): Promise<void> {
  const frame = someFrame();
  const { notice, sections } = await craft(broker, hub.directory, { now: clock() });
  const by = { signer: hub.signer, directory: hub.directory, now: clock };
  const crafting = { recipient: afripol, originator: europol, frame, gifts: [{ notice, sections }] };
  const bytes = await craftDelivery(by, { ...crafting, records: [await craftRouting(by, crafting)] });
  const { identity, store } = gateway;
  const clockWatch = clockWatchOf(identity);
  const receive = createReceiveDelivery({
    identity,
    store,
    clockWatch,
    isDrained: () => true,
    onReceipt: () => {},
    onHeld: () => {},
    onTold: () => {},
    onErased: () => {},
  });
  await receive({ originator: europol, frame }, bytes);
}

describe('gateway: a held notice that ends', () => {
  const submit = async (sender: Started, days: number): Promise<string> => {
    const { header, sections } = example('red');
    const body = { header: { ...header, expiresAfter: `P${days}D`, reviewAfter: 'P1D' }, sections };
    return String((await sender.call('POST', '/v1/notices', { body })).body['id']);
  };

  test('is reported to its originator in one change an hour, which the originator shows in place of the receipt', async () => {
    const settings = { sweepMs: 50, changeMs: 500 };
    const sender = await start('europol');
    gateway = await start('afripol', { settings });
    await playOn();
    await hub.serve('europol', 'afripol');
    const ids = [await submit(sender, 1), await submit(sender, 1)];
    const stateOf = (id: string) => sender.store.own.find(id)?.state;
    await until('both are settled', () => ids.every((id) => stateOf(id) === 'settled'));
    const before = sent().flatMap(({ changes }) => changes);
    skew = 2 * DAY;
    await until('the change', () => sent().some(({ changes }) => changes.length > 0));
    const [change, ...more] = sent().flatMap(({ changes }) => changes);
    expect([before, more]).toEqual([[], []]);
    const { changes, originator } = await verifyChange(change!, reading());
    expect(originator).toBe('europol');
    expect(changes.map(({ jti, type, code }) => [jti.slice(0, 36), type, code]).toSorted()).toEqual(
      ids.map((id) => [id, 'destroyed', 'expired']).toSorted(),
    );
    expect(changes.every(({ before: held }) => held !== null)).toBe(true);
    const receiptOf = async (id: string) =>
      ((await sender.call('GET', `/v1/notices/${id}`)).body['recipients'] as Json[])[0]?.['receipt'];
    await until('it is shown', async () => Object(await receiptOf(ids[0]!))['type'] === 'destroyed');
    expect(await receiptOf(ids[1]!)).toMatchObject({ type: 'destroyed', code: 'expired', verified: true });
    expect(sender.store.rejected()).toEqual([]);
  });

  test('within the hour after a change waits for the next one', async () => {
    const sender = await start('europol');
    gateway = await start('afripol', { settings: { sweepMs: 50 } });
    await playOn();
    await hub.serve('europol', 'afripol');
    const [first, second] = [await submit(sender, 1), await submit(sender, 2)];
    await until('both are settled', () =>
      [first, second].every((id) => sender.store.own.find(id)?.state === 'settled'),
    );
    const waiting = () => gateway.store.receiptFrames.waiting(512).map(({ count }) => count);
    await gateway.store.commit(() =>
      gateway.store.receiptFrames.make({
        number: 1_000,
        statementDigest: 'd',
        bytes: Buffer.of(),
        deliveries: [],
        words: [],
        changed: ['europol'],
        at: clock().getTime() + 2 * DAY,
      }),
    );
    await gateway.store.commit(() => gateway.store.receiptFrames.sent(1_000));
    skew = 2 * DAY + 60_000;
    await until('both words wait', () => waiting()[0] === 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent().flatMap(({ changes }) => changes)).toEqual([]);
  });
});
