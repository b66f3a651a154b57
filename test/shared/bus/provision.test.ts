import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiscardPolicy } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { lastOn } from '../../../services/shared/bus/direct-get.js';
import { publishNext } from '../../../services/shared/bus/publish.js';
import { parkedStream, sources } from '../../../services/shared/bus/streams.js';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { type Broker, startBroker } from '../../support/broker.js';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.close());

const STREAMS_OF_ORG = ['IN', 'OUT'];
const STREAMS_OF_CORE = ['CHECKPOINT', 'LEDGER', 'QUARANTINE'];

async function inPlace(): Promise<readonly string[]> {
  const streams = await broker.monitoring.streams();
  return streams.map(({ account, stream }) => `${account}/${stream}`).toSorted();
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  const thrown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  return isCode(thrown, 'stream-missing') ? 'stream-missing' : String(thrown);
}

/** The ledger record that must survive. */
async function record(bus: Bus, expected: number): Promise<void> {
  const bytes = new TextEncoder().encode(`record ${expected}`);
  expect(await publishNext(bus, { subject: 'ledger.europol', bytes, expected })).toEqual({
    seq: expected + 1,
  });
}

describe('provisioning', () => {
  test('creates three streams an organisation, three for the hub, one for commands, and no others', async () => {
    const wanted = [
      ...broker.orgs.flatMap((org) => STREAMS_OF_ORG.map((stream) => `${org}/${stream}`)),
      ...[...STREAMS_OF_CORE, ...broker.orgs.map(parkedStream)].map((stream) => `CORE/${stream}`),
      'COMMAND/COMMAND',
    ];
    expect(await inPlace()).toEqual(wanted.toSorted());
    const core = (await broker.monitoring.streams()).filter(({ account }) => account === 'CORE');
    expect(Object.fromEntries(core.map(({ stream, consumers }) => [stream, consumers]))).toEqual({
      LEDGER: 2,
      ...Object.fromEntries(broker.orgs.map((org) => [parkedStream(org), 1])),
      QUARANTINE: 0,
      CHECKPOINT: 0,
    });
  });

  test('creates nothing when it is repeated', async () => {
    expect(await broker.provision()).toEqual([]);
  });

  test('fails when the marker cannot be read, instead of reading it as empty', async () => {
    const path = broker.home.hub('provision', 'provisioned.json');
    const before = readFileSync(path, 'utf8');
    for (const marker of ['{}', '{"provisioned":["CORE/LEDGER"]}']) {
      writeFileSync(path, marker);
      const thrown = await broker.provision().catch((error: unknown) => error);
      expect(isCode(thrown, 'config-invalid')).toBe(true);
    }
    writeFileSync(path, before);
  });

  test('every stream is bounded, and only LEDGER, QUARANTINE and CHECKPOINT drop their oldest messages', async () => {
    const response = await fetch(`${broker.monitoring.url}/jsz?accounts=true&streams=true&config=true`);
    const { account_details } = (await response.json()) as {
      account_details: { stream_detail?: { config: Record<string, unknown> & { name: string } }[] }[];
    };
    const configs = account_details.flatMap(({ stream_detail = [] }) =>
      stream_detail.map(({ config }) => config),
    );
    expect(configs.length).toBe(broker.orgs.length * 3 + 4);
    for (const config of configs) {
      expect(config['max_bytes'], config.name).toBeGreaterThan(0);
      expect(config['storage'], config.name).toBe('file');
      const isRing = ['LEDGER', 'QUARANTINE', 'CHECKPOINT'].includes(config.name);
      expect(config['discard'], config.name).toBe(isRing ? 'old' : 'new');
      const isQueue = /^(?:OUT|IN|PARKED_.+|COMMAND)$/.test(config.name);
      expect(config['retention'], config.name).toBe(isQueue ? 'workqueue' : 'limits');
    }
  });

  test('updates, once, the ledger stream of an older home, which refused records when full', async () => {
    const core = await broker.connect('provision');
    const before = { discard: DiscardPolicy.New, max_age: 7 * 86_400 * 1e9 };
    await core.jsm.streams.update('LEDGER', before);
    const path = broker.home.hub('provision', 'provisioned.json');
    const { provisioned } = JSON.parse(readFileSync(path, 'utf8')) as { provisioned: Record<string, string> };
    const { 'CORE/LEDGER/@2': epoch, ...older } = provisioned;
    expect(epoch).toBe(provisioned['CORE/LEDGER']);
    for (const afterLoss of [false, true]) {
      await core.jsm.streams.update('LEDGER', before);
      writeFileSync(path, JSON.stringify({ provisioned: older }));
      expect(await broker.provision({ afterLoss })).toContain('CORE/LEDGER/@2');
      const { config } = await core.jsm.streams.info('LEDGER');
      expect(config).toMatchObject({ discard: 'old', max_age: 0 });
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ provisioned });
    }
  });

  test('keeps the older ledger and reports what to do when the permission lists are older too', async () => {
    const [conf, marker] = [broker.home.nats('nats.conf'), broker.home.hub('provision', 'provisioned.json')];
    const [lists, made] = [readFileSync(conf, 'utf8'), readFileSync(marker, 'utf8')];
    await (await broker.connect('provision')).jsm.streams.update('LEDGER', { discard: DiscardPolicy.New });
    await broker.stop();
    writeFileSync(conf, lists.replace(/"\$JS\.API\.STREAM\.(INFO|UPDATE)\.LEDGER",?\s*/g, ''));
    writeFileSync(marker, made.replace(/ *"CORE\/LEDGER\/@2": "[^"]*",\n/, ''));
    await broker.start();
    const heard: string[] = [];
    expect(await broker.provision({ say: (words) => heard.push(words) })).toEqual([]);
    expect(heard).toEqual([expect.stringContaining('"$JS.API.STREAM.UPDATE.LEDGER"')]);
    expect(heard).toEqual([expect.stringContaining(conf)]);
    // Provisioning after a loss does not stop there: the streams after it are created.
    expect(await broker.provision({ afterLoss: true })).toContain('CORE/CHECKPOINT');
    await broker.stop();
    writeFileSync(conf, lists);
    await broker.start();
    expect(await broker.provision()).toEqual(['CORE/LEDGER/@2']);
    expect(readFileSync(marker, 'utf8')).toBe(made);
  });

  test('the server confirms that it syncs always', async () => {
    expect(await broker.monitoring.syncsAlways()).toBe(true);
  });
});

describe('a store that looks empty', () => {
  test('with a wrong cipher key streams are missing and none is created; with the right key all data is there', async () => {
    const core = await broker.connect('router');
    await record(core, 0);
    const keyFile = broker.home.nats('js.key');
    const right = readFileSync(keyFile, 'utf8');

    await broker.stop();
    writeFileSync(keyFile, `k${'0'.repeat(64)}\n`);
    await broker.start();
    const fresh = await broker.connect('router');
    expect(await codeOf(consumerState(fresh, sources.ledgerRouter()))).toBe('stream-missing');
    const europol = await broker.connect('router', 'europol');
    expect(await codeOf(consumerState(europol, sources.out))).toBe('stream-missing');
    expect(await broker.provision()).toEqual([]);
    expect(await inPlace()).toEqual([]);
    expect(await broker.monitoring.unreadable('some')).toHaveLength(broker.orgs.length * 3 + 4);
    expect(await codeOf(broker.provision({ afterLoss: true }))).toBe('stream-missing');
    expect(await inPlace()).toEqual([]);

    await broker.stop();
    writeFileSync(keyFile, right);
    await broker.start();
    const again = await broker.connect('router');
    const found = await lastOn(again, { stream: 'LEDGER', subject: 'ledger.europol' });
    expect(new TextDecoder().decode(found?.bytes)).toBe('record 0');
    expect((await consumerState(again, sources.ledgerRouter())).pending).toBe(1);
    await record(again, 1);
  });

  test('the folder of a stream that the server is still removing is not reported as unreadable', async () => {
    const streams = join(broker.home.nats('data'), 'jetstream/CORE/streams');
    const [removed, unreadable] = ['.GONE', 'GONE'].map((name) => join(streams, name));
    mkdirSync(removed!);
    expect(await broker.monitoring.unreadable('some')).toEqual([]);
    mkdirSync(unreadable!);
    expect(await broker.monitoring.unreadable('some')).toEqual(['CORE/GONE']);
    for (const folder of [removed!, unreadable!]) rmdirSync(folder);
  });

  test('after a lost disk streams are created again only with `afterLoss`, under a new epoch', async () => {
    const core = await broker.connect('router');
    const { epoch } = await consumerState(core, sources.ledgerRouter());
    await broker.stop('SIGKILL');
    broker.eraseData();
    await broker.start();
    expect(await broker.provision()).toEqual([]);
    expect(await broker.monitoring.unreadable('some')).toEqual([]);
    const fresh = await broker.connect('router');
    expect(await codeOf(consumerState(fresh, sources.ledgerRouter()))).toBe('stream-missing');

    const { made, there } = await broker.provisionAnew({ afterLoss: true });
    expect(there).toEqual([]);
    expect(made).toContain('CORE/LEDGER');
    expect(made).toContain('europol/OUT/router');
    const after = await consumerState(fresh, sources.ledgerRouter());
    expect(after.epoch > epoch).toBe(true);
    expect((await consumerState(await broker.connect('auditor'), sources.ledgerAuditor)).epoch).toBe(
      after.epoch,
    );
    await record(fresh, 0);
  });

  test('`afterLoss` without a loss keeps existing streams as they are', async () => {
    const core = await broker.connect('router');
    const before = await consumerState(core, sources.ledgerRouter());
    const { made, there } = await broker.provisionAnew({ afterLoss: true });
    expect(made).toEqual([]);
    expect(there).toEqual(expect.arrayContaining(['CORE/LEDGER', 'CORE/LEDGER/@2', 'europol/OUT/router']));
    expect(await consumerState(core, sources.ledgerRouter())).toEqual(before);
    expect(await broker.count('CORE', 'LEDGER')).toBe(1);
  });

  test('a message in a stream that was first used after a restart survives the next restart', async () => {
    for (const [first, second] of [
      ['SIGTERM', 'SIGTERM'],
      ['SIGTERM', 'SIGKILL'],
      ['SIGKILL', 'SIGTERM'],
    ] as const) {
      await using fresh = await startBroker({ orgs: ['europol'] });
      await fresh.stop(first);
      await fresh.start();
      await record(await fresh.connect('router'), 0);
      await fresh.stop(second);
      await fresh.start();
      expect(await fresh.count('CORE', 'LEDGER'), `${first} ${second}`).toBe(1);
    }
  });

  test('a broker that was killed and later stopped with SIGTERM has all its data at every start', async () => {
    const before = await inPlace();
    for (const how of ['SIGKILL', 'SIGTERM', 'SIGTERM', 'SIGKILL', 'SIGTERM'] as const) {
      await broker.stop(how);
      await broker.start();
      expect(await broker.monitoring.unreadable('some'), how).toEqual([]);
      expect(await inPlace(), how).toEqual(before);
      expect(await broker.count('CORE', 'LEDGER'), how).toBe(1);
    }
  });

  test('a broker that was killed, started and provisioned again keeps its epoch', async () => {
    const { epoch } = await consumerState(await broker.connect('router'), sources.ledgerRouter());
    for (let life = 0; life < 2; life += 1) {
      await broker.stop('SIGKILL');
      await broker.start();
      await broker.provision({ afterLoss: true });
      const core = await broker.connect('router');
      expect((await consumerState(core, sources.ledgerRouter())).epoch).toBe(epoch);
    }
  });
});
