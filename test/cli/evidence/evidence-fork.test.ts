import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { playHub } from '../../gateway/play-hub.js';
import { startGateway, type Started } from '../../gateway/start-gateway.js';
import { playLog } from '../../gateway/witness/play-log.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { runLine } from '../policy/run-line.js';

const ORG = 'afripol';
let broker: Broker;
let gateway: Started;
let hub: Awaited<ReturnType<typeof playHub>>;

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', ORG] });
  gateway = await startGateway(broker, ORG);
  hub = await playHub(broker, gateway.identity.directory.current());
  hub.answer = ({ type }) => (type === 'cosign' ? { type } : undefined);
  await hub.serve(ORG);
  const run = { pid: process.pid, nats: broker.url, auditor: '', monitor: '', router: '', metrics: {} };
  const gateways = { [ORG]: gateway.gateway.url };
  writeFileSync(broker.home.run, JSON.stringify({ ...run, gateways, processes: {} }));
});
afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

test('evidence: a fork of the log is listed, written to a file, and convicts its signer in `verify`, until a byte differs', async () => {
  const { home } = broker;
  const liaison = (...words: readonly string[]) => runLine(words, { home });
  const log = await playLog(broker, hub, { now: () => new Date() });
  expect((await liaison('evidence', 'list', '--org', ORG)).stdout).toBe('no evidence is kept\n');
  await log.publish(ORG, { note: log.note(5), size: 5 });
  await until('the first to be cosigned', () => gateway.cosigned.read() !== undefined);
  const fork = log.note(5, log.tree.mth(1, 6));
  await log.publish(ORG, { note: fork, size: 5 });
  await until('the evidence', () => gateway.store.evidence.list().length === 1);

  const listed = JSON.parse((await liaison('evidence', 'list', '--org', ORG, '--json')).stdout);
  expect(listed).toMatchObject({ what: 'log-forked', originator: null, recipient: null, frame: null });
  // Base64url would begin with a hyphen in one of 64, as an option does.
  expect(listed.id).toMatch(/^[0-9a-f]{64}$/);
  expect((await liaison('evidence', 'list', '--org', ORG)).stdout).toMatch(
    /log-forked +the log of the ledger/,
  );
  const out = join(home.root, 'fork.json');
  const written = await liaison('evidence', 'show', String(listed.id), '--org', ORG, '--out', out);
  expect(written.code, written.stderr).toBe(0);
  const verified = await liaison('verify', out);
  expect([verified.code, verified.stdout]).toEqual([
    0,
    expect.stringContaining(
      '✓ hub is convicted (log-forked): hub:log:1 signed two roots of demo/liaison/1 at 5 entries',
    ),
  ]);
  writeFileSync(out, readFileSync(out, 'utf8').replace(/\\n5\\n(?!.*\\n5\\n)/, '\\n6\\n'));
  const altered = await liaison('verify', out);
  expect([altered.code, altered.stdout]).toEqual([
    1,
    expect.stringMatching(/✗ .*signature-invalid.*notes\[1\]/),
  ]);

  const [own, other] = [join(home.root, 'own.note'), join(home.root, 'other.note')];
  for (const [path, note] of [
    [own, log.note(5)],
    [other, fork],
  ] as const)
    writeFileSync(path, note);
  const compared = await liaison('verify', own, other, '--directory', home.directory);
  expect([compared.code, compared.stdout]).toEqual([
    0,
    expect.stringContaining('✓ hub is convicted (log-forked)'),
  ]);
  const same = await liaison('verify', own, own, '--directory', home.directory);
  expect([same.code, same.stdout]).toEqual([1, expect.stringContaining('no verdict')]);
});
