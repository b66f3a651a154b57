import { connect, errors, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from '../../services/shared/bus/connect.js';
import { createStatusPublisher, watchStatus } from '../../services/shared/bus/status.js';
import { type Broker, startBroker } from '../support/broker.js';
import { snoopingSubjects, directAttempts } from './attempts.js';
import { createWorld, differences, settled, type World } from './world.js';

let broker: Broker;
let world: World;
let router: Bus;
const now = new Date('2031-05-04T03:02:01Z');

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'interpol'] });
  world = await createWorld(broker);
  router = await broker.connect('router', 'WATCH');
});
afterAll(() => broker.close());

/** A plain NATS client with the tail's nkey. */
function plainClient(where?: string): Promise<NatsConnection> {
  const seed = new TextEncoder().encode(broker.seedOf('tail', where));
  return connect({ servers: broker.url, authenticator: nkeyAuthenticator(seed) });
}

const EVENTS = (
  'submitted delivered redacted denied parked deferred refused quarantined received ' +
  'rejected recalled destroyed kept expired alarm security'
).split(' ');

/** Subscribes, publishes every event about a notice from europol to afripol, and gives the events that arrived. */
async function eventsSeen(
  where: string | undefined,
  subjects: readonly string[],
): Promise<readonly string[]> {
  const client = await plainClient(where);
  const seen: string[] = [];
  for (const subject of subjects) {
    client.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) seen.push(message.subject.split('.')[1] ?? '');
      },
    });
  }
  await client.flush();
  const publish = createStatusPublisher(router, { source: 'router-1', clock: () => now });
  for (const event of EVENTS) publish(`status.${event}.europol.afripol.red`, { event });
  await router.nc.flush();
  await client.flush();
  await client.close();
  return seen;
}

describe('isolation: a plain NATS client with tail credentials', () => {
  test('sees the time of each event', async () => {
    const client = await plainClient();
    const seen: string[] = [];
    client.subscribe('status.>', {
      callback: (_, message) => {
        const { time, data } = message.json<{ time: string; data: { at: string } }>();
        seen.push(time, data.at);
      },
    });
    await client.flush();
    const [early, late] = ['2031-05-04T03:02:01.000Z', '2031-05-04T03:02:01.001Z'];
    const times = [early, early, late, early].map((text) => new Date(text));
    const clock = (): Date => times.shift() ?? now;
    const publish = createStatusPublisher(router, { source: 'router-1', clock });
    for (let n = 0; n < 3; n += 1) publish('status.denied.europol.interpol.red', { event: 'denied' });
    await router.nc.flush();
    await client.flush();
    await client.close();
    expect(seen).toEqual([early, early, late, late, early, early]);
  });

  test('sees every status event as CloudEvents 1.0, numbered so that gaps can be detected', async () => {
    const client = await plainClient();
    const seen: { subject: string; event: Record<string, unknown> & { data: Record<string, unknown> } }[] =
      [];
    client.subscribe('status.>', {
      callback: (_, message) => {
        seen.push({ subject: message.subject, event: message.json() });
      },
    });
    await client.flush();
    const publish = createStatusPublisher(router, { source: 'router-1', clock: () => now });
    publish('status.delivered.europol.afripol.red', { event: 'delivered', sections: ['identity'] });
    publish('status.denied.europol.interpol.red', { event: 'denied' });
    await router.nc.flush();
    await client.flush();
    await client.close();
    expect(seen.map(({ subject }) => subject)).toEqual([
      'status.delivered.europol.afripol.red',
      'status.denied.europol.interpol.red',
    ]);
    expect(seen[0]?.event).toMatchObject({
      specversion: '1.0',
      type: 'liaison.delivered',
      source: 'router-1',
      time: '2031-05-04T03:02:01.000Z',
      data: { event: 'delivered', sections: ['identity'], source: 'router-1', seq: 1 },
    });
    expect(seen[1]?.event.data['seq']).toBe(2);
    expect(new Set(seen.map(({ event }) => event['id'])).size).toBe(2);
  });

  test('of the hub sees every event', async () => {
    expect(await eventsSeen(undefined, ['status.>'])).toEqual(EVENTS);
  });

  test('of the originator sees every event of its own notices', async () => {
    expect(await eventsSeen('europol', ['status.*.europol.>'])).toEqual(EVENTS);
  });

  test('of a recipient sees only what a recipient may know', async () => {
    const subjects = EVENTS.map((event) => `status.${event}.*.afripol.>`);
    expect(await eventsSeen('afripol', subjects)).toEqual([
      'received',
      'rejected',
      'recalled',
      'destroyed',
      'kept',
      'expired',
    ]);
  });

  test('of a third organisation sees nothing', async () => {
    const wide = ['status.>', 'status.*.*.*.*', 'status.*.europol.>', 'status.*.*.interpol.>', '>'];
    expect(await eventsSeen('interpol', wide)).toEqual([]);
  });

  test.each([undefined, 'europol'])('of %s can publish nothing and read nothing else', async (where) => {
    const client = await plainClient(where);
    const heard: string[] = [];
    const denied: string[] = [];
    void (async () => {
      for await (const status of client.status()) {
        if (status.type === 'error' && status.error instanceof errors.PermissionViolationError) {
          denied.push(status.error.operation);
        }
      }
    })();
    const before = await settled(broker);
    const listening = snoopingSubjects('afripol').filter((subject) => !subject.startsWith('status.'));
    const attempts = directAttempts('afripol');
    for (const subject of listening) {
      client.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) heard.push(message.subject);
        },
      });
    }
    for (const { subject, payload } of attempts) client.publish(subject, payload);
    await client.flush();
    expect(differences(before, await settled(broker))).toEqual([]);
    await world.talk();
    await client.flush();
    expect(heard).toEqual([]);
    expect(denied.filter((operation) => operation === 'publish')).toHaveLength(attempts.length);
    expect(denied.filter((operation) => operation === 'subscription')).toHaveLength(listening.length);
    await client.close();
  });
});

describe('isolation: watching status events', () => {
  test('the console receives events until it stops', async () => {
    const viewer = await broker.connect('console');
    const heard: string[] = [];
    const stop = watchStatus(viewer, 'status.>', (subject) => heard.push(subject));
    await viewer.nc.flush();
    const publish = createStatusPublisher(router, { source: 'router-1', clock: () => now });
    publish('status.alarm._._._', { event: 'alarm' });
    await router.nc.flush();
    await viewer.nc.flush();
    stop();
    await viewer.nc.flush();
    publish('status.alarm._._._', { event: 'alarm' });
    await router.nc.flush();
    await viewer.nc.flush();
    expect(heard).toEqual(['status.alarm._._._']);
  });

  test('events published while the broker is down are lost, not queued', async () => {
    const publisher = await broker.connect('router', 'WATCH');
    await publisher.close();
    const publish = createStatusPublisher(publisher, { source: 'router-1', clock: () => now });
    expect(() => publish('status.alarm._._._', { event: 'alarm' })).not.toThrow();
  });
});
