import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let gateway: Started;
let hub: Hub;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { settings: { resendMs: 300 } });
  hub = await playHub(broker, gateway.identity.directory.current());
  // The hub asks for each frame again whose report was lost.
  hub.answer = ({ type, jtis }) => {
    if (type !== 'status') return undefined;
    return { type, notices: (jtis as string[]).map((jti) => ({ jti, recorded: true, recipients: {} })) };
  };
  await hub.serve('europol');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});
beforeEach(() => {
  hub.refuse = () => undefined;
  hub.refuseNotice = () => undefined;
  hub.lose.clear();
});

const draft = (expiresAfter: string) => {
  const { header, sections } = example('red');
  return { header: { ...header, expiresAfter, reviewAfter: expiresAfter }, sections };
};

/** Posts a draft and returns the id of its notice. */
async function post(path: string, body: unknown): Promise<string> {
  const answer = await gateway.call('POST', path, { body });
  expect(answer.status).toBeLessThan(300);
  return String(answer.body['id']);
}

const revisionsOf = (id: string) => gateway.store.own.revisions(id);
const reported = (id: string): Promise<unknown> =>
  until('reported', () => revisionsOf(id).every(({ state }) => state !== 'queued'));
/** In how many days the content of each revision is erased. */
const days = (id: string): readonly number[] =>
  revisionsOf(id).map(({ exp }) => Math.round((exp - Date.now() / 1000) / 86_400));

async function submit(expiresAfter: string): Promise<string> {
  const id = await post('/v1/notices', draft(expiresAfter));
  await reported(id);
  return id;
}

describe('the content of an own notice is kept until its holders’ copies end', () => {
  test('a revision that ends the notice earlier changes nothing while it waits for the hub, or when the hub refuses it', async () => {
    const id = await submit('P30D');
    hub.lose.add('report');
    hub.refuseNotice = () => 'superseded';
    await post(`/v1/notices/${id}/revisions`, draft('P2D'));
    expect(days(id)).toEqual([30, 30]);
    hub.lose.clear();
    await reported(id);
    expect(revisionsOf(id).map(({ state }) => state)).toEqual(['routed', 'refused']);
    expect(days(id)).toEqual([30, 30]);
  });

  test('a revision that ends the notice earlier counts once it is recorded', async () => {
    const id = await submit('P30D');
    await post(`/v1/notices/${id}/revisions`, draft('P2D'));
    await reported(id);
    expect(days(id)).toEqual([2, 2]);
  });

  test('a longer revision or an extension that the hub refuses does not delay the erasure', async () => {
    const id = await submit('P30D');
    hub.refuseNotice = () => 'superseded';
    hub.refuse = () => ({ code: 'extension-too-long' });
    hub.lose.add('report');
    await post(`/v1/notices/${id}/revisions`, draft('P60D'));
    expect(days(id)).toEqual([60, 60]);
    hub.lose.clear();
    await reported(id);
    expect(days(id)).toEqual([30, 30]);
    hub.lose.add('report');
    const expiresAt = new Date(Date.now() + 90 * 86_400_000).toISOString().replace(/\.\d+/, '');
    await post(`/v1/notices/${id}/extend`, { reason: 'still-needed', expiresAt });
    expect(days(id)).toEqual([90, 90]);
    hub.lose.clear();
    await until('refused', () => gateway.store.items.of('', id)[0]?.state === 'refused');
    expect(days(id)).toEqual([30, 30]);
  });

  test('the newest revision alone decides while none was sent', async () => {
    await gateway.stop();
    gateway = await startGateway(broker, 'europol', { offline: true });
    const first = await post('/v1/notices', draft('P30D'));
    const id = await post('/v1/notices', draft('P30D'));
    await post(`/v1/notices/${id}/revisions`, draft('P2D'));
    expect([days(first), days(id)]).toEqual([[30], [2, 2]]);
  });
});
