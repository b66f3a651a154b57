import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { craft, someFrame } from '../craft.js';
import { follow, type Listener } from '../follow.js';
import { type Hub, playHub } from '../play-hub.js';
import { letIn, startGateway, type Started } from '../start-gateway.js';

const afripol = parseOrgId('afripol');
let broker: Broker;
let hub: Hub;
let gateway: Started;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'afripol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('afripol');
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const token = (): string => readSecret(broker.home.org(afripol, 'token'));
const listen = (lastEventId?: number, as = token()): Promise<Listener> =>
  follow(gateway, { token: as, lastEventId });

async function deliver(count: number): Promise<readonly string[]> {
  const crafted = await Promise.all(Array.from({ length: count }, () => craft(broker, hub.directory)));
  for (const gift of crafted) {
    await hub.deliver(afripol, { originator: parseOrgId('europol'), frame: someFrame(), notices: [gift] });
  }
  return crafted.map(({ notice }) => notice.id);
}

/** Counts turns of the event loop. */
function countTurns(): { turn(): number; stop(): void } {
  let turn = 0;
  let next = setImmediate(function count() {
    turn += 1;
    next = setImmediate(count);
  });
  return { turn: () => turn, stop: () => clearImmediate(next) };
}

describe('gateway stream: held notices', () => {
  test('sends every notice that arrives, once and in order', async () => {
    const listener = await listen();
    const ids = await deliver(12);
    await until('all are told', () => listener.events.length >= 12);
    expect(listener.events.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const seqs = listener.events.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    listener.stop();
  });

  test('sends nothing more once its token is removed from the file', async () => {
    const lost = 'c'.repeat(43);
    const remove = letIn(broker, { org: 'afripol', token: lost, scopes: ['inbox:read'] });
    const listener = await listen(undefined, lost);
    await deliver(1);
    await until('one is told', () => listener.events.length === 1);
    remove();
    await deliver(1);
    await listener.ended;
    expect(listener.events).toHaveLength(1);
  });

  test('resumes after the last event with what arrived meanwhile, also after a restart', async () => {
    const first = await listen();
    await deliver(2);
    await until('two are told', () => first.events.length >= 2);
    first.stop();
    const missed = await deliver(80);
    await until('they are held', () => gateway.store.inbox.lastSeq() >= (first.events[1]?.seq ?? 0) + 80);
    await gateway.stop();
    gateway = await startGateway(broker, 'afripol');
    const second = await listen(first.events[0]?.seq);
    await until('all are told', () => second.events.length >= 81);
    expect(second.events[0]).toEqual(first.events[1]);
    expect(
      second.events
        .slice(1)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(missed.toSorted());
    const later = await deliver(1);
    await until('the next is told', () => second.events.length >= 82);
    expect(second.events.at(-1)?.id).toBe(later[0]);
    second.stop();
  });

  test('from 0 starts with the oldest held notice', async () => {
    const listener = await listen(0);
    await until('all are told', () => listener.events.length === gateway.store.inbox.after(0, 1_000).length);
    listener.stop();
  });

  test('lets other requests run between the events of a backlog', async () => {
    const { inbox } = gateway.store;
    expect(inbox.after(0, 60)).toHaveLength(60);
    const clock = countTurns();
    const turns: number[] = [];
    const { after } = inbox;
    const read = vi.spyOn(inbox, 'after').mockImplementation((...place) => {
      turns.push(clock.turn());
      return after(...place);
    });
    const listener = await listen(0);
    await until('it is read to its end', () => turns.length > 2);
    expect(new Set(turns).size).toBe(turns.length);
    listener.stop();
    read.mockRestore();
    clock.stop();
  });

  test.each(['abc', '-1', '', '9999999999999999999', '1e3', 'one beyond the newest'])(
    'refuses `%s`, an id after which it cannot resume',
    async (id) => {
      const given = id.startsWith('one') ? String(gateway.store.inbox.lastSeq() + 1) : id;
      const headers = { 'last-event-id': given };
      const { status, body } = await gateway.call('GET', '/v1/inbox/stream', { headers });
      expect([status, body['code']]).toEqual([400, 'usage']);
      expect(body['detail']).toBe('`Last-Event-ID` is the id of an event of this stream');
    },
  );

  test('does not answer HEAD', async () => {
    const headers = { authorization: `Bearer ${token()}` };
    const url = new URL('/v1/inbox/stream', gateway.gateway.url);
    expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(405);
  });

  test('ends when the gateway stops', async () => {
    const other = await startGateway(broker, 'europol');
    const token = readSecret(broker.home.org(parseOrgId('europol'), 'token'));
    const response = await fetch(new URL('/v1/inbox/stream', other.gateway.url), {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = response.text().catch(() => 'cut');
    await other.stop();
    expect(await body).toBeDefined();
  });
});
