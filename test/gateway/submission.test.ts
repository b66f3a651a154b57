import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBell } from '../../services/gateway/bell.js';
import { createFlight } from '../../services/gateway/flight.js';
import { openLink } from '../../services/gateway/link.js';
import { startLoop } from '../../services/gateway/loop.js';
import { createSender } from '../../services/gateway/sender.js';
import { untraced } from '../../services/gateway/tracing.js';
import { frameMessage, makeSubmission } from '../../services/gateway/submission.js';
import { openPlace, type Place } from '../../services/gateway/place.js';
import type { NewOwn } from '../../services/shared/store/gateway-own.js';
import { createLogger } from '../../services/shared/runtime/logger.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../support/broker.js';
import { until } from '../support/until.js';
import { craft } from './craft.js';
import { SETTINGS } from './start-gateway.js';

let broker: Broker;
let place: Place;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const org = parseOrgId('europol');
  const config = { home: broker.home, natsUrl: broker.url, org, settings: SETTINGS };
  place = await openPlace(config, createLogger('gateway', 'silent'));
});

afterAll(async () => {
  place?.identity.directory.stop();
  await place?.store.close();
  await broker?.close();
});

async function queue(number: number, expiresAfter: string, addressed: number | null = null): Promise<NewOwn> {
  const { identity, store } = place;
  const { notice, sdJwt } = await craft(broker, identity.directory.current(), { number, expiresAfter });
  const { id, revision, digest, exp, header } = notice;
  const own = {
    id,
    revision,
    number,
    kind: header.kind,
    digest,
    exp,
    at: Date.now(),
    addressed,
    sdJwt,
  };
  await store.commit(() => store.own.insert({ ...own, header: JSON.stringify(header) }));
  return { ...own, header: JSON.stringify(header) };
}

test('a notice that ends while its frame is signed is in no frame, and the others leave', async () => {
  const { identity, store } = place;
  const short = await queue(1, 'P1D');
  const long = await queue(2, 'P30D');
  const making = makeSubmission(identity, store);
  const sweeping = store.commit(() => store.sweep(short.exp * 1000));
  await expect(making).rejects.toMatchObject({ code: 'notice-ended' });
  await sweeping;
  const frame = await makeSubmission(identity, store);
  expect(frame?.notices).toEqual([long.sdJwt]);
  expect(frame).toMatchObject({ number: 1 });
  const kept = store.frames.unsent();
  expect(kept && frameMessage(identity, kept).length).toBeGreaterThan(0);
  expect(store.own.find(short.id)).toMatchObject({ state: 'ended', frame: null });
});

test('a frame whose report is faster than the word of the broker goes once', async () => {
  const { identity, store } = place;
  await queue(9, 'P30D');
  const [log, resendMs] = [createLogger('gateway', 'silent'), SETTINGS.resendMs];
  const link = openLink({ connect: () => broker.connect('gateway', 'europol'), onTrouble: () => undefined });
  const sent: number[] = [];
  const flight = createFlight(() => undefined);
  const began = (frame: number): void => {
    sent.push(frame);
    flight.began(frame);
    flight.landed(frame);
  };
  const step = createSender({
    identity,
    store,
    link,
    log,
    bell: createBell(),
    resendMs,
    tracing: untraced,
    flight: { ...flight, began },
  });
  const sender = startLoop({ step, onTrouble: () => undefined });
  const rest = () => [...store.frames.unframed(1), store.frames.unsent()];
  await until('all of them are marked', () => rest().every((left) => left === undefined));
  await sender.stop();
  await link.close();
  expect(sent).toEqual([...new Set(sent)]);
  expect(sent).not.toEqual([]);
});

test('a frame holds as many notices as the report on it has room for: few that go to all of many, many that go to a few', async () => {
  const { identity, store } = place;
  const current = identity.directory.current();
  const members = Array.from({ length: 201 }, (_, index) => [parseOrgId(`member-${index}`), {}] as const);
  const directory = { ...current, organisations: new Map(members) } as unknown as typeof current;
  const many = { ...identity, directory: { ...identity.directory, current: () => directory } };
  const before = store.facts.number('number');
  for (let number = before + 1; number <= before + 4; number++) await queue(number, 'P30D', null);
  for (let number = before + 5; number <= before + 44; number++) await queue(number, 'P30D', 3);
  const sizes: (number | undefined)[] = [];
  for (let frame = await makeSubmission(many, store); frame; frame = await makeSubmission(many, store)) {
    sizes.push(frame.notices.length);
    const { number } = frame;
    await store.commit(() => store.frames.sent(number, 0));
  }
  expect(sizes).toEqual([2, 4, 38]);
});
