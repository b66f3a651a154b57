import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, type Json, startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let gateway: Started;
let hub: Hub;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const NUMBER = 1_000;
/** Stores a notice that only the ledger has, with afripol as its recipient; returns its path. */
async function lose(): Promise<string> {
  const id = uuidv7();
  const exp = Math.floor(Date.now() / 1000) + 86_400;
  const { store } = gateway;
  await store.commit(() => store.lost.add({ id, number: NUMBER, kind: 'red', exp, recipients: ['afripol'] }));
  return `/v1/notices/${id}`;
}
const post = (path: string, body: object) => gateway.call('POST', path, { body });
const show = async (notice: string): Promise<Json> => (await gateway.call('GET', notice)).body;
const acted = (notice: string, verb: string) =>
  until(`the hub to get ${verb}`, () =>
    hub.acted.find((one) => one.verb === verb && notice.endsWith(one.id)),
  );
const UNTIL = new Date(Date.now() + 3_600_000).toISOString();

describe('an own notice that was lost in a restore', () => {
  test('is shown and listed with what the ledger has of it', async () => {
    const notice = await lose();
    const known = { kind: 'red', state: 'lost', number: NUMBER, revision: 1, header: null };
    expect(await show(notice)).toMatchObject({
      ...known,
      recipients: [],
      lostRecipients: ['afripol'],
      sections: null,
      life: { revisions: [{ state: 'lost' }], actions: [] },
    });
    const list = await gateway.call('GET', '/v1/notices?state=lost');
    expect(list.body['items']).toEqual([expect.objectContaining({ ...known, href: notice })]);
  });

  test('is suspended, resumed and restricted for the holders that the ledger names', async () => {
    const notice = await lose();
    await post(`${notice}/suspend`, { reason: 'under-review', until: UNTIL });
    expect((await acted(notice, 'suspend')).number).toBeGreaterThan(NUMBER);
    await post(`${notice}/resume`, {});
    await acted(notice, 'resume');
    await post(`${notice}/restrict`, { reason: 'by-originator' });
    expect((await acted(notice, 'restrict')).listed).toEqual([{ to: 'afripol' }]);
  });

  test('keeps its handling note at its holders, because it may have a code that refers to the note', async () => {
    const { status, body } = await post(`${await lose()}/restrict`, {
      reason: 'by-originator',
      sections: ['handlingNote'],
    });
    expect([status, body['code']]).toEqual([422, 'schema-invalid']);
  });

  test('is withdrawn, after which its open actions end and it takes no more orders', async () => {
    const notice = await lose();
    await post(`${notice}/suspend`, { reason: 'under-review', until: UNTIL });
    await acted(notice, 'suspend');
    await until('it is reported', async () => JSON.stringify(await show(notice)).includes('"routed"'));
    expect((await post(`${notice}/withdraw`, { reason: 'basis-gone' })).body['state']).toBe('queued');
    await acted(notice, 'withdraw');
    const { state, life } = await show(notice);
    expect(state).toBe('lost');
    expect(life).toMatchObject({
      ended: { ending: 'withdrawn', reason: 'basis-gone' },
      actions: [{ verb: 'suspend', state: 'ended' }, { verb: 'withdraw' }],
    });
    expect((await post(`${notice}/resume`, {})).body['code']).toBe('notice-ended');
  });

  test('is refused what needs its content', async () => {
    const notice = await lose();
    const expiresAt = new Date(Date.now() + 1e9).toISOString();
    const refused = [
      await post(`${notice}/extend`, { reason: 'still-needed', expiresAt }),
      await post(`${notice}/unseal`, { section: 'judicial', to: 'afripol' }),
      await post(`${notice}/revisions`, example('red')),
      await gateway.call('GET', `${notice}/recipients`),
    ];
    expect(refused.map(({ status, body }) => [status, body['code']])).toEqual(
      refused.map(() => [409, 'content-lost']),
    );
  });
});
