import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { dating } from '../craft.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let gateway: Started;
let hub: Hub;

beforeEach(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol');
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol');
  await until('it to be ready', async () => (await reasons()).length === 0 || undefined);
});
afterEach(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const MINUTE_AGO = new Date(Date.now() - 60_000);
const HOUR_AGO = new Date(Date.now() - 3_600_000);

const reasons = async (): Promise<readonly string[]> =>
  (await gateway.call('GET', '/readyz')).body['reasons'] as readonly string[];

async function say(org: string, dates: object): Promise<void> {
  const { directory } = gateway.identity;
  await directory.adopt(await dating(broker, directory.current(), { org, ...dates }));
}

async function answer(path: string, body: unknown): Promise<readonly [status: number, code: unknown]> {
  const { status, body: said } = await gateway.call('POST', path, { body });
  return [status, said['code']];
}

const submit = () => answer('/v1/notices', example('green'));

const STATES = [
  ['suspended', 'organisation-suspended', { suspendedAt: HOUR_AGO }],
  ['leaving', 'organisation-leaving', { suspendedAt: HOUR_AGO, leavingAt: MINUTE_AGO }],
] as const;

describe('gateway: an organisation that the directory does not list as in force', () => {
  test.each(STATES)(
    'that is %s refuses a notice, a revision, an extension and a preview, and takes a withdrawal',
    async (_, code, dates) => {
      const { body } = await gateway.call('POST', '/v1/notices', { body: example('green') });
      await say('europol', dates);
      const { id } = body;
      const later = new Date(Date.now() + 30 * 86_400_000).toISOString();
      expect(await submit()).toEqual([409, code]);
      expect(await answer(`/v1/notices/${id}/revisions`, example('green'))).toEqual([409, code]);
      expect(await answer(`/v1/notices/${id}/extend`, { reason: 'still-needed', expiresAt: later })).toEqual([
        409,
        code,
      ]);
      const preview = await gateway.call('POST', '/v1/preview', { body: example('green') });
      expect([preview.status, preview.body['code']]).toEqual([409, code]);
      expect(await answer(`/v1/notices/${id}/withdraw`, { reason: 'basis-gone' })).toEqual([202, undefined]);
      expect(await reasons()).toEqual([]);
    },
  );

  test('that has left refuses everything with the date, and is not ready for that reason alone', async () => {
    const { body } = await gateway.call('POST', '/v1/notices', { body: example('green') });
    await say('europol', { leavingAt: HOUR_AGO, leftAt: MINUTE_AGO });
    const refused = await gateway.call('POST', '/v1/notices', { body: example('green') });
    expect([refused.status, refused.body['code']]).toEqual([409, 'organisation-left']);
    expect(JSON.stringify(refused.body)).toContain(MINUTE_AGO.toISOString().slice(0, 19));
    expect(await answer(`/v1/notices/${body['id']}/withdraw`, { reason: 'basis-gone' })).toEqual([
      409,
      'organisation-left',
    ]);
    await hub.stop();
    expect(await reasons()).toEqual(['organisation-left']);
  });

  test('submits again once its suspension is lifted', async () => {
    await say('europol', { suspendedAt: HOUR_AGO });
    expect(await submit()).toEqual([409, 'organisation-suspended']);
    await say('europol', { suspendedAt: new Date(Date.now() + 3_600_000) });
    expect(await submit()).toEqual([202, undefined]);
  });
});

describe('gateway: another member that the directory does not list as in force', () => {
  test.each([
    ['suspended', { suspendedAt: HOUR_AGO }],
    ['leaving', { leavingAt: HOUR_AGO }],
    ['left', { leavingAt: HOUR_AGO, leftAt: MINUTE_AGO }],
  ] as const)('is listed as %s among the members, with the date', async (state, dates) => {
    await say('afripol', dates);
    const { body } = await gateway.call('GET', '/v1/members');
    const since = Object.values(dates).at(-1)?.toISOString().slice(0, 19);
    expect(body['items']).toEqual([
      expect.objectContaining({ org: 'europol', state: 'member', since: null }),
      expect.objectContaining({ org: 'afripol', state, since: `${since}.000Z` }),
    ]);
  });
});
