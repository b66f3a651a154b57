import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFrameConsumer, type Receivers } from '../../../services/gateway/inbound/consume-frames.js';
import { openBrokerLink } from '../../../services/gateway/link.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { MAX_RECEIPTS } from '../../../services/shared/wire/frame-limits.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, nextDirectory, someFrame } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import { clockWatchOf, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
const europol = parseOrgId('europol');
const afripol = parseOrgId('afripol');
let broker: Broker;
let gateway: Started;
let hub: Hub;
let skew = 0;
const clock = (): Date => new Date(Date.now() + skew);

beforeEach(async () => {
  skew = 0;
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol', { clock });
  hub = await playHub(broker, gateway.identity.directory.current(), clock);
});

afterEach(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

/** More frames than are handled or fetched at once. */
const BACKLOG = 300;

test('gateway inbound: with a stale directory, the next directory is found behind any number of frames, which are then taken', async () => {
  const held = gateway.identity.directory.current();
  skew = 30 * DAY;
  await hub.serve('afripol');
  const gift = await craft(broker, hub.directory, { now: clock() });
  await hub.deliver(afripol, { originator: europol, frame: someFrame(), notices: [gift], at: clock() });
  for (let n = 0; n < BACKLOG; n += 1) {
    // No contract at all: one that looks like a later contract would be waited for.
    const junk = Buffer.concat([Uint8Array.of(0xff), randomBytes(64)]);
    await hub.publish('afripol', subjects.delivery(europol, someFrame()), junk);
  }
  const jws = await nextDirectory(broker, held, (source) => ({
    ...source,
    issuedAt: `${clock().toISOString().slice(0, 19)}Z`,
    nextUpdate: `${new Date(clock().getTime() + 7 * DAY).toISOString().slice(0, 19)}Z`,
  }));
  await hub.publish('afripol', subjects.directory(), Buffer.from(jws));
  await until('it is ready', () => gateway.gateway.reasons().length === 0);
  const { store } = gateway;
  await until('it is held', () => store.inbox.find('europol', gift.notice.id) !== undefined);
  await until('the others are dropped', () => store.rejected().length === BACKLOG);
});

test('gateway inbound: a frame with more receipts, or more changes, than a frame may hold is dropped as a whole', async () => {
  const empty = { statement: '' };
  for (const frame of [
    { receipts: Array.from({ length: MAX_RECEIPTS + 1 }, () => empty), changes: [] },
    { receipts: [], changes: Array.from({ length: MAX_RECEIPTS + 1 }, () => '') },
  ])
    await hub.publish('afripol', subjects.receipt(europol, someFrame()), frames.receiptForward.encode(frame));
  await until('its stream is empty', async () => (await broker.count('afripol', 'IN')) === 0);
  const dropped = { class: 'receipt', code: 'oversize' };
  expect(gateway.store.rejected()).toMatchObject([dropped, dropped]);
});

test('gateway inbound: a gateway that is stopped while it attaches ends at once', async () => {
  const { identity } = gateway;
  await gateway.stop();
  const link = openBrokerLink({
    connect: () => broker.connect('gateway', 'afripol'),
    onEvent: () => {},
    onUp: () => {},
  });
  const ending = new AbortController();
  const unused = (): Promise<void> => Promise.reject(new Error('nothing was sent'));
  const receivers: Receivers = {
    delivery: unused,
    recall: unused,
    report: unused,
    receipt: unused,
    answer: unused,
    directory: unused,
    checkpoint: unused,
  };
  const ignore = { onAttached: () => {}, onTaken: () => {}, onError: () => {}, onDropped: unused };
  await link.bus(ending.signal);
  const step = createFrameConsumer({
    identity,
    link,
    clockWatch: clockWatchOf(identity),
    receivers,
    guard: unused,
    drain: { seen: () => {} },
    ...ignore,
  })(ending.signal);
  ending.abort();
  await step.catch(() => undefined);
  await link.close();
  gateway = await startGateway(broker, 'afripol');
});
