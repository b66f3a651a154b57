import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hub, playHub } from '../../gateway/play-hub.js';
import { example, startGateway, type Started } from '../../gateway/start-gateway.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { runLine } from '../policy/run-line.js';

let broker: Broker;
let gateway: Started;
let holder: Started;
let hub: Hub;
let id: string;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol', 'interpol'] });
  [gateway, holder] = await Promise.all([startGateway(broker, 'europol'), startGateway(broker, 'afripol')]);
  hub = await playHub(broker, gateway.identity.directory.current());
  hub.rule = ({ sections }, to) => (to === 'afripol' ? sections : undefined);
  await hub.serve('europol', 'afripol');
  const run = { pid: process.pid, nats: broker.url, auditor: '', monitor: '', router: '', metrics: {} };
  const gateways = { europol: gateway.gateway.url };
  writeFileSync(broker.home.run, JSON.stringify({ ...run, gateways, processes: {} }));
  id = String((await gateway.call('POST', '/v1/notices', { body: example('red') })).body['id']);
  await until('it is settled', () => gateway.store.own.find(id)?.state === 'settled');
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), holder?.stop(), hub?.stop()]);
  await broker?.close();
});

const evidence = (out: string, ...options: readonly string[]) =>
  runLine(['notice', 'evidence', id, '--org', 'europol', '--out', out, ...options], { home: broker.home });

test('notice evidence: what it writes about a recipient verifies', async () => {
  const out = join(broker.home.root, 'pair.json');
  expect((await evidence(out, '--recipient', 'afripol')).code).toBe(0);
  expect((await runLine(['verify', out], { home: broker.home })).code).toBe(0);
});

test('notice evidence: about a denied recipient writes nothing, and says which pack proves the denial', async () => {
  const out = join(broker.home.root, 'denied.json');
  const { code, stderr } = await evidence(out, '--recipient', 'interpol');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/not-provable.*the pack about all recipients/)]);
  expect(existsSync(out)).toBe(false);
});

test('notice evidence: a pack with a claim that does not hold is written, and the exit code is that of `verify`', async () => {
  const { seq = 0, frame } = gateway.store.own.find(id) ?? {};
  const said = { frame: frame ?? 0, root: 'r', notices: [seq], at: 1, kid: 'k', except: [], records: ['r'] };
  await gateway.store.commit(() => gateway.store.settlement.received({ ...said, org: 'interpol', jws: 'x' }));
  const out = join(broker.home.root, 'wrong.json');
  const { code, stderr } = await evidence(out);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/1 of \d+ claims do not hold, the first at/)]);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ kind: 'pack' });
  expect((await runLine(['verify', out], { home: broker.home })).code).toBe(1);
});
