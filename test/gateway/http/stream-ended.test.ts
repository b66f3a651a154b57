import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, someFrame } from '../craft.js';
import { follow, type Listener } from '../follow.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

const DAY = 86_400_000;
const europol = parseOrgId('europol');
const afripol = parseOrgId('afripol');
let broker: Broker;
let hub: Hub;
let gateway: Started;
let skew = 0;
const clock = (): Date => new Date(Date.now() + skew);
const start = (): Promise<Started> => startGateway(broker, 'afripol', { clock, settings: { sweepMs: 50 } });
const held = async (id: string): Promise<boolean> =>
  (await gateway.call('GET', `/v1/inbox/europol/${id}`)).status === 200;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await start();
  hub = await playHub(broker, gateway.identity.directory.current(), clock);
});

beforeEach(() => {
  skew = 0;
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

describe('gateway stream: the event that a held notice ended', () => {
  const token = (): string => readSecret(broker.home.org(afripol, 'token'));
  const hold = async (): Promise<string> => {
    const gift = await craft(broker, hub.directory, { expiresAfter: 'P1D', now: clock(), number: 3 });
    await hub.deliver(afripol, { originator: europol, frame: someFrame(), notices: [gift] });
    await until('it is held', () => held(gift.notice.id));
    return gift.notice.id;
  };
  const told = ({ events }: Listener, id: string): readonly string[] =>
    events.filter((event) => event.id === id).map(({ name }) => name);

  test('follows all earlier events and has no content of the notice', async () => {
    const listener = await follow(gateway, { token: token() });
    const id = await hold();
    skew += 2 * DAY;
    await until('it is told', () => told(listener, id).includes('ended'));
    expect(told(listener, id)).toEqual(['notice', 'ended']);
    const { seq, data } = listener.events.at(-1) ?? { seq: 0, data: {} };
    expect(data).toEqual({
      seq,
      id,
      originator: 'europol',
      number: 3,
      at: expect.stringMatching(/^[0-9T:.-]+Z$/) as string,
      reason: 'expired',
    });
    const seqs = listener.events.map((event) => event.seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    listener.stop();
  });

  test('shares the stream with warnings about own notices, which have the organisation itself as the originator', async () => {
    const listener = await follow(gateway, { token: token() });
    const { header, sections } = example('red');
    const body = { header: { ...header, reviewAfter: 'P10D', expiresAfter: 'P1Y' }, sections };
    const id = String((await gateway.call('POST', '/v1/notices', { body })).body['id']);
    skew += 11 * DAY;
    await until('it is told', () => told(listener, id).includes('review'));
    expect(listener.events.find((event) => event.id === id)?.data).toMatchObject({
      originator: 'afripol',
      reviewAt: expect.any(String),
    });
    listener.stop();
  });

  test('is sent once to a client that was away, also when the gateway was away too', async () => {
    const first = await follow(gateway, { token: token() });
    const id = await hold();
    await until('it is held', () => told(first, id).length === 1);
    first.stop();
    const lastEventId = first.events.at(-1)?.seq ?? 0;
    await gateway.stop();
    skew += 2 * DAY;
    gateway = await start();
    const later = await hold();
    const second = await follow(gateway, { token: token(), lastEventId });
    await until('both are told', () => second.events.length >= 2);
    expect(second.events.map((event) => [event.id, event.name])).toEqual([
      [id, 'ended'],
      [later, 'notice'],
    ]);
    second.stop();
    const third = await follow(gateway, { token: token(), lastEventId: second.events[0]?.seq });
    await until('the rest is told', () => third.events.length > 0);
    expect(third.events.map((event) => event.id)).toEqual([later]);
    third.stop();
  });

  test('is kept for a month, and no longer', async () => {
    const id = await hold();
    skew += 2 * DAY;
    await until('it is erased', async () => !(await held(id)));
    const { inbox, commit, sweep } = gateway.store;
    const find = () => inbox.eventsAfter(0, 1_000).find((row) => row.id === id);
    const at = find()?.at ?? 0;
    await commit(() => sweep(at + 29 * DAY));
    expect(find()).toBeDefined();
    await commit(() => sweep(at + 30 * DAY));
    expect(find()).toBeUndefined();
  });
});
