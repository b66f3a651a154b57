import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findLost, watchStreams } from '../../../services/cli/init/restore-streams.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { until } from '../../support/until.js';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'interpol'] });
});
afterAll(() => broker.close());

/** A watch of the broker's streams for the rest of the test, started once the test has made the loss that it looks for. */
interface Watch {
  /** What it has told the operator. */
  readonly heard: readonly string[];
  /** Resolves after its third check: it acts in the second one that finds the same loss. */
  thirdCheck(): Promise<unknown>;
}

async function startWatch(): Promise<Watch> {
  const heard: string[] = [];
  let checks = 0;
  const monitor = createServer((request, response) => {
    if (request.url === '/jsz') checks += 1;
    // A check may fall into a restart of the broker.
    fetch(`${broker.monitoring.url}${request.url}`)
      .then(async (answer) => response.end(await answer.text()))
      .catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((resolve) => monitor.listen(0, '127.0.0.1', resolve));
  const run = {
    nats: broker.url,
    monitor: `http://127.0.0.1:${(monitor.address() as AddressInfo).port}`,
  };
  const say = (words: string): void => void heard.push(words);
  const ending = new AbortController();
  const watching = watchStreams(broker.home, { run, say, everyMs: 100 }, ending.signal);
  onTestFinished(async () => {
    ending.abort();
    await watching;
    monitor.close();
  });
  return { heard, thirdCheck: () => until('the third check', () => checks >= 3) };
}

const isThere = async (name: string): Promise<boolean> => (await broker.monitoring.names()).includes(name);
const missing = async (): Promise<readonly string[]> =>
  (await findLost(broker.home, broker.monitoring)).missing;
const epochIn = (name: string): string => {
  const marker = readFileSync(broker.home.hub('provision', 'provisioned.json'), 'utf8');
  return (JSON.parse(marker) as { provisioned: Record<string, string> }).provisioned[name] ?? '';
};
describe('a stream that was deleted while others of its account exist', () => {
  test('is created again with its consumers, under a new epoch', async () => {
    const before = epochIn('CORE/LEDGER');
    await deleteStream(await broker.connect('auditor'), 'LEDGER.auditor', 'LEDGER');
    // The server deletes after its answer.
    await until('the loss', async () => (await missing()).length > 0);
    expect(await missing()).toEqual(['CORE/LEDGER', 'CORE/LEDGER/auditor', 'CORE/LEDGER/router-1']);
    const { heard } = await startWatch();
    // The note follows the last change of the marker.
    await until('a note', () => heard.length > 0);
    expect(heard).toEqual([expect.stringMatching(/CORE\/LEDGER .*: created again$/)]);
    expect(await isThere('CORE/LEDGER/router-1')).toBe(true);
    const { epoch } = await consumerState(await broker.connect('router'), sources.ledgerRouter());
    expect(epoch > before).toBe(true);
    expect([epochIn('CORE/LEDGER'), epochIn('CORE/LEDGER/@2'), epochIn('CORE/LEDGER/auditor')]).toEqual([
      epoch,
      epoch,
      epoch,
    ]);
  });

  test('gets a lost consumer back and keeps its messages', async () => {
    const before = epochIn('europol/OUT');
    const gateway = await broker.connect('gateway', 'europol');
    await gateway.js.publish(`out.submission.${'ab'.repeat(32)}`, 'x');
    const { stream, consumer } = sources.out;
    await (await broker.connect('provision', 'europol')).jsm.consumers.delete(stream, consumer);
    await startWatch();
    await until('the consumer', () => isThere('europol/OUT/router'));
    const state = await consumerState(await broker.connect('router', 'europol'), sources.out);
    expect(state).toMatchObject({ epoch: before, pending: 1 });
  });

  test('is not created again while its data is on disk but unreadable', async () => {
    const folder = join(broker.home.nats('data'), 'jetstream/CORE/streams/CHECKPOINT');
    await deleteStream(await broker.connect('auditor'), 'LEDGER.auditor', 'CHECKPOINT');
    // The server removes the folder after its answer.
    await until('the folder to be gone', () => !existsSync(folder));
    mkdirSync(folder);
    const { thirdCheck, heard } = await startWatch();
    await thirdCheck();
    expect([await isThere('CORE/CHECKPOINT'), heard]).toEqual([false, []]);
    rmdirSync(folder);
    await until('the stream', () => isThere('CORE/CHECKPOINT'));
  });
});

describe('a store without any stream of an account', () => {
  test('is left alone, because a wrong cipher key looks the same', async () => {
    const keyFile = broker.home.nats('js.key');
    const right = readFileSync(keyFile, 'utf8');
    await broker.stop();
    writeFileSync(keyFile, `k${'0'.repeat(64)}\n`);
    await broker.start();
    const { thirdCheck, heard } = await startWatch();
    await thirdCheck();
    expect([await missing(), await broker.monitoring.names(), heard]).toEqual([[], [], []]);
    await broker.stop();
    writeFileSync(keyFile, right);
    await broker.start();
    expect(await isThere('CORE/LEDGER/router-1')).toBe(true);
  });

  test('is left alone after an organisation deleted both of its streams', async () => {
    const gateway = await broker.connect('gateway', 'interpol');
    for (const stream of ['OUT', 'IN']) await deleteStream(gateway, 'IN.gw', stream);
    await (await startWatch()).thirdCheck();
    expect((await broker.monitoring.names()).filter((name) => name.startsWith('interpol/'))).toEqual([]);
    expect(await broker.provision({ afterLoss: true })).toContain('interpol/IN/gw');
  });
});
