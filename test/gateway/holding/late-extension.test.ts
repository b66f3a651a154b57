import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReceiveDelivery } from '../../../services/gateway/inbound/receive-delivery.js';
import { type FrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { craft, type Crafted, someFrame } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import { clockWatchOf, type Json, startGateway, type Started } from '../start-gateway.js';
import { act, deliveryOf } from './hand-over-actions.js';

const DAY_MS = 86_400_000;
const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let hub: Hub;
let gateway: Started;
const started = Date.now();
let skew = 0;
const now = (): Date => new Date(started + skew);

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol', { clock: now });
  hub = await playHub(broker, gateway.identity.directory.current(), now);
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

/** Receives a delivery as the gateway does. */
async function receive(frame: FrameId, bytes: Uint8Array, isDrained = true): Promise<void> {
  const { identity, store } = gateway;
  const ignore = { onReceipt: () => {}, onHeld: () => {}, onTold: () => {}, onErased: () => {} };
  const clockWatch = clockWatchOf(identity);
  clockWatch.heard(now());
  const deps = { identity, store, clockWatch, isDrained: () => isDrained, ...ignore };
  await createReceiveDelivery(deps)({ originator: europol, frame }, bytes);
}

/** What the receipts for a delivery say of its notice. */
const said = (frame: FrameId) =>
  gateway.store.inbox
    .deliveries(europol, frame)
    .map(({ receipt }) => (claimsIn(receipt) as { readonly except: readonly Json[] }).except);

describe('gateway: a notice that arrives after its own end', () => {
  const craftNotice = () =>
    craft(broker, hub.directory, { number: started, now: new Date(started), expiresAfter: 'P1D' });
  const deliver = async (gift: Crafted, at: number) => {
    skew = at;
    const frame = someFrame();
    const bytes = await deliveryOf({ hub, now }, { to: afripol, actions: [], gifts: [gift], frame });
    skew = 2 * DAY_MS;
    return { frame, bytes };
  };
  const extend = async ({ notice: { id } }: Crafted) => {
    const expiresAt = Math.floor(started / 1000) + 30 * 86_400;
    const extension = { id, number: started + 1, verb: 'extend', reason: 'still-needed', expiresAt } as const;
    const actions = [await act({ broker, hub, now }, extension)];
    const frame = someFrame();
    await receive(frame, await deliveryOf({ hub, now }, { to: afripol, actions, frame }));
  };

  test('waits while its extension may be behind it in IN, and is held once the extension arrives', async () => {
    const gift = await craftNotice();
    const { frame, bytes } = await deliver(gift, 0);
    await expect(receive(frame, bytes, false)).rejects.toMatchObject({ code: 'not-ready' });
    await extend(gift);
    await receive(frame, bytes, false);
    expect(said(frame)).toEqual([[]]);
  });

  test('is rejected as expired when nothing is behind it', async () => {
    const { frame, bytes } = await deliver(await craftNotice(), 0);
    await receive(frame, bytes);
    expect(said(frame)).toMatchObject([[{ type: 'rejected', code: 'expired' }]]);
  });

  test('waits for its extension when the router delivered it after that end', async () => {
    const gift = await craftNotice();
    const { frame, bytes } = await deliver(gift, 2 * DAY_MS);
    await expect(receive(frame, bytes)).rejects.toMatchObject({ code: 'not-ready' });
    await extend(gift);
    await receive(frame, bytes);
    expect(said(frame)).toEqual([[]]);
  });
});
