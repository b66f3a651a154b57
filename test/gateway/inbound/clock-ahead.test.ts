import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, type Crafted, someFrame } from '../craft.js';
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

/** The statements of the receipts for the notice, in the order of arrival at the hub. */
const receiptsFor = ({ notice }: Crafted): readonly Json[] =>
  hub.receipts
    .flatMap(({ message }) => message.receipts)
    .flatMap(({ statement }) => statement?.leaves ?? [])
    .map(({ part }) => JSON.parse(Buffer.from(part).toString()) as Json)
    .filter(({ jti }) => jti === notice.jti);

const types = (gift: Crafted) => receiptsFor(gift).map(({ type, code }) => code ?? type);

describe('gateway: a recipient whose clock is three days ahead of the hub’s', () => {
  test('rejects nothing as expired: the delivery waits, and is held once the clock is right', async () => {
    const gift = await make();
    const waited = async () => (await gateway.metrics()).match(/trouble_total\{code="expired"\} (\d+)/)?.[1];
    wrong.gateway = 3 * DAY;
    await hub.deliver(afripol, { originator: europol, frame: someFrame(), notices: [gift] });
    await until('it was tried twice', async () => Number(await waited()) >= 2);
    expect([types(gift), await isHeld(gift)]).toEqual([[], false]);
    wrong.gateway = 0;
    await until('a receipt', () => receiptsFor(gift).length > 0);
    expect([types(gift), await isHeld(gift)]).toEqual([['held'], true]);
  });
});

describe('gateway: a rejection as expired that is stored', () => {
  test('is judged again when another copy arrives, and one new receipt follows', async () => {
    const gift = await make();
    const frame = someFrame();
    const deliver = () => hub.deliver(afripol, { originator: europol, frame, notices: [gift] });
    Object.assign(wrong, { gateway: 3 * DAY, hub: 3 * DAY });
    await deliver();
    await until('the rejection', () => receiptsFor(gift).length === 1);
    await deliver();
    await until('the same again', () => receiptsFor(gift).length === 2);
    Object.assign(wrong, { gateway: 0, hub: 0 });
    await deliver();
    await until('the new receipt', () => receiptsFor(gift).length === 3);
    await deliver();
    await until('the new receipt again', () => receiptsFor(gift).length === 4);
    expect([types(gift), await isHeld(gift)]).toEqual([['expired', 'expired', 'held', 'held'], true]);
    expect(gateway.store.inbox.deliveries(europol, frame)).toHaveLength(2);
  });

  test('is signed again if its receipt is dated in the future, which the hub refuses', async () => {
    const gift = await make();
    const frame = someFrame();
    const deliver = () => hub.deliver(afripol, { originator: europol, frame, notices: [gift] });
    wrong.gateway = DAY / 2;
    await deliver();
    await until('a receipt', () => receiptsFor(gift).length === 1);
    wrong.gateway = 0;
    await deliver();
    await until('a receipt with the right time', () => receiptsFor(gift).length === 2);
    const dates = hub.receipts.slice(-2).map(({ message }) => {
      const payload = message.receipts[0]?.statement?.statement.split('.')[1] ?? '';
      return Number((JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json)['iat']) * 1000;
    });
    expect(dates[0]).toBeGreaterThan(Date.now() + DAY / 4);
    expect(dates[1]).toBeLessThanOrEqual(Date.now());
    expect(await isHeld(gift)).toBe(true);
  });
});
