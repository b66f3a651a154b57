import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { queryDatabase } from '../../../services/shared/store/sqlite.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { fileSizeLimit } from '../../support/limit-file-size.js';
import { until } from '../../support/until.js';
import { type StartedHost, startHostOf } from './start-host.js';

/** Requests at once. */
const FLOOD = 400;
const PAGE_BYTES = 4_096;
const EUROPOL = parseOrgId('europol');

let broker: Broker;
let host: StartedHost | undefined;

beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker?.close());
afterEach(async () => {
  await host?.stop();
  host = undefined;
});

const others = (): readonly string[] => broker.orgs.filter((org) => org !== EUROPOL);

/** Each of the other organisations is ready and accepts a notice. */
async function othersServe(running: StartedHost): Promise<void> {
  await running.untilReady(others());
  const answers = await Promise.all(others().map((org) => running.submit(org)));
  expect(answers.map(({ status }) => status)).toEqual(others().map(() => 202));
}

/** How many gateways of an organisation are connected to the broker. */
async function connectionsOf(org: string): Promise<number> {
  const connections = await broker.monitoring.connections();
  return connections.filter(({ account, name }) => account === org && name === `gateway-${org}`).length;
}

describe('the gateways of several organisations in one process', () => {
  test('have tokens, databases, keys and metrics of their own', async () => {
    host = await startHostOf(broker);
    await host.untilReady(broker.orgs);
    const [status, { body }] = [(await host.submit('europol')).status, await host.submit('afripol')];
    expect(status).toBe(202);
    expect(await host.sample('liaison_gateway_submitted_total', 'europol')).toBe(1);
    expect(await host.sample('liaison_gateway_submitted_total', 'interpol')).toBe(0);
    const path = `/v1/notices/${String(body['id'])}`;
    expect((await host.get('afripol', path)).status).toBe(200);
    expect((await host.get('europol', path)).status).toBe(404);
    const token = readSecret(broker.home.org(EUROPOL, 'token'));
    expect((await host.get('afripol', path, token)).status).toBe(401);
  });

  test('are ready as a process when each of them is, and name the organisation of each reason', async () => {
    host = await startHostOf(broker);
    await host.untilReady(broker.orgs);
    expect(await (await fetch(`${host.url}/healthz`)).json()).toEqual({ alive: true });
    expect(await (await fetch(`${host.url}/readyz`)).json()).toEqual({
      ready: true,
      reasons: [],
      alarms: [],
      organisations: Object.fromEntries(broker.orgs.map((org) => [org, []])),
    });
    expect(await host.sample('process_resident_memory_bytes')).toBeGreaterThan(0);
  });
});

describe('while the gateway of one organisation is closed, the others serve, its address says why, and it opens once the cause is gone:', () => {
  test.each([
    { what: 'a damaged database', file: 'gateway.db', code: 'config-invalid' },
    { what: 'an unreadable key', file: 'notice.jwk', code: 'json-malformed' },
    { what: 'an unreadable file of tokens', file: 'tokens.json', code: 'config-invalid' },
  ])('$what', async ({ file, code }) => {
    const path = broker.home.org(EUROPOL, file);
    host = await startHostOf(broker);
    await host.stop();
    copyFileSync(path, `${path}.good`);
    writeFileSync(path, 'no longer what it was'.repeat(1_000));
    host = await startHostOf(broker);
    await othersServe(host);
    expect(await host.readiness('europol')).toEqual({ reasons: [code], alarms: ['gateway-closed'] });
    expect((await host.get('europol', '/healthz')).status).toBe(200);
    expect(await host.submit('europol')).toMatchObject({ status: 503, body: { code: 'not-ready' } });
    expect(await host.sample('liaison_ready', 'europol')).toBe(0);
    const response = await fetch(`${host.url}/readyz`);
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { reasons: [code], organisations: { europol: [code], afripol: [] } },
    ]);
    copyFileSync(`${path}.good`, path);
    await host.untilReady(['europol']);
    expect((await host.submit('europol')).status).toBe(202);
  });

  test.each([
    { when: 'while the gateway is opened', table: 'counter' },
    { when: 'only once the gateway is open', table: 'inbox' },
  ])('a database of which a damaged page is read $when', async ({ table }) => {
    const path = broker.home.org(EUROPOL, 'gateway.db');
    await (await startHostOf(broker)).stop();
    copyFileSync(path, `${path}.good`);
    const roots = `SELECT rootpage AS page FROM sqlite_schema WHERE tbl_name = '${table}' AND rootpage > 0`;
    const bytes = readFileSync(path);
    for (const { page } of queryDatabase<{ page: number }>(path, roots))
      bytes.fill(7, (page - 1) * PAGE_BYTES, page * PAGE_BYTES);
    writeFileSync(path, bytes);
    host = await startHostOf(broker);
    const running = host;
    const isClosed = (): Promise<boolean> =>
      running.readiness('europol').then(
        ({ alarms }) => alarms.includes('gateway-closed'),
        () => false,
      );
    await until('the gateway to be closed', isClosed);
    await othersServe(running);
    await until('it to have no connection', async () => (await connectionsOf(EUROPOL)) === 0);
    for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    copyFileSync(`${path}.good`, path);
    await running.untilReady(['europol']);
    expect(await connectionsOf(EUROPOL)).toBe(1);
  });
});

test('while the disk of one organisation is full, it takes nothing and says so, the others serve, and it takes notices again once there is room', async ({
  skip,
}) => {
  const limit = fileSizeLimit(skip);
  host = await startHostOf(broker);
  const running = host;
  await running.untilReady(broker.orgs);
  // Only its write-ahead log reaches the limit on the size of a file.
  for (let count = 0; count < 200; count += 1) await running.submit('europol');
  limit(statSync(broker.home.org(EUROPOL, 'gateway.db-wal')).size);
  try {
    const isTold = async (): Promise<boolean> =>
      (await running.readiness('europol')).alarms.includes('database-not-written');
    await until('the full disk to be seen', async () => {
      const { status } = await running.submit('europol');
      return status !== 202 && (await isTold());
    });
    expect((await running.readiness('europol')).reasons.length).toBeGreaterThan(0);
    await othersServe(running);
  } finally {
    limit('unlimited');
  }
  await until('it takes notices', async () => (await running.submit('europol')).status === 202);
  await running.untilReady(broker.orgs);
});

test('a flood of requests at one gateway is answered a few at a time between the requests of the others', async () => {
  host = await startHostOf(broker);
  const running = host;
  await running.untilReady(broker.orgs);
  const flood = (org: string): Promise<unknown> => running.get(org, '/v1/inbox');
  // Opens the connections, so that the requests below reach the process together.
  await Promise.all([...Array.from({ length: FLOOD }, () => flood('europol')), flood('afripol')]);
  let answered = 0;
  const answers = Array.from({ length: FLOOD }, async () => {
    await flood('europol');
    answered += 1;
  });
  await flood('afripol');
  expect(answered).toBeLessThan(FLOOD / 2);
  await Promise.all(answers);
});
