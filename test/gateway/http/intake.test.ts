import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { REQUEST_TIMEOUT_MS } from '../../../services/shared/runtime/http-server-options.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { begunPost, type Dawdler, dawdle } from '../../support/http/dawdle.js';
import { until } from '../../support/until.js';
import { example, letIn, startGateway, type Started } from '../start-gateway.js';

/** One body more than the budget allows. */
const MANY = 65;

describe('gateway http: a body that does not arrive', () => {
  let broker: Broker;
  let token: string;
  let gateway: Started;
  let dawdlers: readonly Dawdler[] = [];
  beforeAll(async () => {
    broker = await startBroker({ orgs: ['europol', 'afripol'] });
    token = readSecret(broker.home.org(parseOrgId('europol'), 'token'));
  });
  afterAll(() => broker?.close());
  beforeEach(async () => {
    gateway = await startGateway(broker, 'europol', { settings: { receiveMs: 6_000 } });
  });
  afterEach(async () => {
    for (const dawdler of dawdlers) dawdler.leave();
    await gateway?.stop();
  });

  const begin = (path: string, by?: string): void => {
    dawdlers = Array.from({ length: MANY }, () => dawdle(gateway.gateway.url, begunPost(path, by)));
  };
  const submit = async (by = token) =>
    (await gateway.call('POST', '/v1/notices', { body: example('green'), token: by })).body['code'] ??
    'accepted';
  const statuses = async () =>
    (await Promise.all(dawdlers.map(({ answered }) => answered))).map((said) => said.split(' ', 2)[1]);

  test.each([
    { path: '/x', by: undefined, status: '404' },
    { path: '/v1/notices', by: undefined, status: '401' },
    { path: '/v1/preview', by: 'b'.repeat(43), status: '401' },
  ])(
    'is not waited for at $path without a valid token, and takes no intake budget',
    async ({ path, by, status }) => {
      begin(path, by);
      expect(new Set(await statuses())).toEqual(new Set([status]));
      expect(await submit()).toBe('accepted');
    },
  );

  test('takes intake budget from authorised callers until its timeout, and no longer', async () => {
    begin('/v1/notices', token);
    await until('there is no room', async () => (await submit()) === 'busy');
    expect(new Set(await statuses())).toEqual(new Set(['503', '408']));
    await until('there is room', async () => (await submit()) === 'accepted');
  });

  test('takes half of the intake budget from one caller, and leaves the other half to the others', async () => {
    const other = 'e'.repeat(43);
    const remove = letIn(broker, { token: other, scopes: ['notice:write'] });
    begin('/v1/notices', other);
    await until('its caller has no room', async () => (await submit(other)) === 'busy');
    expect(await submit()).toBe('accepted');
    const refused = (await statuses()).filter((status) => status === '503');
    expect(refused).toHaveLength(MANY - 32);
    remove();
  });

  test('is refused after five seconds, before the timeout of the request', async () => {
    await gateway.stop();
    gateway = await startGateway(broker, 'europol');
    const began = performance.now();
    begin('/v1/notices', token);
    expect(new Set(await statuses())).toEqual(new Set(['503', '408']));
    expect(performance.now() - began).toBeLessThan(REQUEST_TIMEOUT_MS);
    expect(await submit()).toBe('accepted');
  });
});
