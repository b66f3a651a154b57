import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FrameId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { claimsIn } from '../../../services/shared/trust/token-claims.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, type Crafted, someFrame } from '../craft.js';
import { craftRouting } from '../craft-delivery.js';
import { type Hub, playHub } from '../play-hub.js';
import { type Json, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
let broker: Broker;
let hub: Hub;
let gateway: Started;
/** Errors of the gateway's and the hub's clock in milliseconds. */
const wrong = { gateway: 0, hub: 0 };

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol', { clock: () => new Date(Date.now() + wrong.gateway) });
  hub = await playHub(broker, gateway.identity.directory.current(), () => new Date(Date.now() + wrong.hub));
  await hub.serve('afripol');
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const make = (): Promise<Crafted> => craft(broker, hub.directory, { expiresAfter: 'P1D' });
const isHeld = async ({ notice }: Crafted): Promise<boolean> =>
  (await gateway.call('GET', `/v1/inbox/europol/${notice.id}`)).status === 200;

interface Said {
  readonly iat: number;
  readonly delivery: string;
  readonly except: readonly Json[];
}

/** What the receipts for this frame of one notice say, in the order of arrival at the hub. */
const receiptsFor = (frame: FrameId): readonly Said[] =>
  hub.receipts
    .flatMap(({ message }) => message.receipts)
    .map(({ statement }) => claimsIn(statement) as Said)
    .filter(({ delivery }) => delivery === frame);

const types = (frame: FrameId) => receiptsFor(frame).map(({ except }) => except[0]?.['code'] ?? 'held');

describe('gateway: a recipient whose clock is three days ahead of the hub’s', () => {
  test('rejects nothing as expired: the delivery waits, and is held once the clock is right', async () => {
    const [gift, frame] = [await make(), someFrame()];
    const waited = async () => (await gateway.metrics()).match(/trouble_total\{code="expired"\} (\d+)/)?.[1];
    wrong.gateway = 3 * DAY;
    await hub.deliver(afripol, { originator: europol, frame, notices: [gift] });
    await until('it was tried twice', async () => Number(await waited()) >= 2);
    expect([types(frame), await isHeld(gift)]).toEqual([[], false]);
    wrong.gateway = 0;
    await until('a receipt', () => receiptsFor(frame).length > 0);
    expect([types(frame), await isHeld(gift)]).toEqual([['held'], true]);
  });
});

describe('gateway: a rejection as expired that is stored', () => {
  test('is judged again when another copy arrives, and one new receipt follows', async () => {
    const gift = await make();
    const frame = someFrame();
    const sent = { originator: europol, frame, notices: [gift] };
    const by = { signer: hub.signer, directory: hub.directory, now: () => new Date() };
    // Recorded before the hub's clock went wrong.
    const records = [
      await craftRouting(by, { recipient: afripol, originator: europol, frame, gifts: [gift] }),
    ];
    // Signed before the end of the notice: a router delivers later only what was extended.
    const deliver = () => hub.deliver(afripol, { ...sent, records, at: new Date() });
    Object.assign(wrong, { gateway: 3 * DAY, hub: 3 * DAY });
    const [other, later] = [await craft(broker, hub.directory, { expiresAfter: 'P9D' }), someFrame()];
    await hub.deliver(afripol, { originator: europol, frame: later, notices: [other] });
    await until('the hub’s time to be heard', () => receiptsFor(later).length === 1);
    await deliver();
    await until('the rejection', () => receiptsFor(frame).length === 1);
    await deliver();
    await until('the same again', () => receiptsFor(frame).length === 2);
    Object.assign(wrong, { gateway: 0, hub: 0 });
    await deliver();
    await until('the new receipt', () => receiptsFor(frame).length === 3);
    await deliver();
    await until('the new receipt again', () => receiptsFor(frame).length === 4);
    expect([types(frame), await isHeld(gift)]).toEqual([['expired', 'expired', 'held', 'held'], true]);
    expect(gateway.store.inbox.deliveries(europol, frame)).toHaveLength(2);
  });

  test('is signed again if its receipt is dated in the future, which the hub refuses', async () => {
    const gift = await make();
    const frame = someFrame();
    const deliver = () => hub.deliver(afripol, { originator: europol, frame, notices: [gift] });
    wrong.gateway = DAY / 2;
    await deliver();
    await until('a receipt', () => receiptsFor(frame).length === 1);
    wrong.gateway = 0;
    await deliver();
    await until('a receipt with the right time', () => receiptsFor(frame).length === 2);
    const dates = receiptsFor(frame).map(({ iat }) => iat * 1000);
    expect(dates[0]).toBeGreaterThan(Date.now() + DAY / 4);
    expect(dates[1]).toBeLessThanOrEqual(Date.now());
    expect(await isHeld(gift)).toBe(true);
  });
});
