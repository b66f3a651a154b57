import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingStreams } from '../../../services/cli/home/missing-streams.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { findDivergentStreams } from '../../../services/shared/bus/replica-divergence.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { pull } from '../../../services/shared/bus/pull.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Cluster, startCluster } from '../../support/cluster.js';
import { filesBelow } from '../../support/files-below.js';
import { pullNext } from '../../support/streams/pull-next.js';
import { until } from '../../support/until.js';

const EUROPOL = parseOrgId('europol');
const AFRIPOL = parseOrgId('afripol');
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster(['europol', 'afripol']);
  // The servers answer only once they have elected a leader.
  const provisioned = () => cluster.provision().catch(() => undefined);
  await until('the cluster to be provisioned', provisioned, 100_000);
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => errorFrom(error).code,
  );

/** Returns the TLS version of a handshake with these certificates, or `refused`. */
function shakeHands(folder: string | undefined, maxVersion: SecureVersion): Promise<string> {
  const [host = '', port = ''] = (cluster.layout.nodes[0]?.listen ?? '').split(':');
  const read = (name: string): Buffer | undefined =>
    (folder && readFileSync(join(folder, name))) || undefined;
  const certificate = {
    ca: readFileSync(cluster.home.org(EUROPOL, 'tls', 'ca.pem')),
    cert: read('cert.pem'),
    key: read('key.pem'),
  };
  return new Promise((resolve) => {
    const plain = connectTcp(Number(port), host);
    // TLS begins after the server's first line.
    plain.once('data', () => {
      const secure = connectTls({
        socket: plain,
        servername: 'localhost',
        maxVersion,
        ...certificate,
      } as never);
      secure.once('error', () => resolve('refused'));
      secure.once('close', () => resolve('refused'));
      secure.once('secureConnect', () => secure.write('PING\r\n'));
      secure.on('data', () => resolve(String(secure.getProtocol())));
    });
  });
}

describe('a cluster', () => {
  test('holds every stream on each of its servers, and provisioning again creates nothing', async () => {
    const streams = (name: string) => cluster.server(name).monitoring.streams();
    const named = (await streams('nats-1')).map(({ account, stream }) => `${account}/${stream}`).toSorted();
    expect(named).toHaveLength(cluster.orgs.length * 3 + 4);
    for (const other of ['nats-2', 'nats-3']) {
      const there = async () => (await streams(other)).map(({ account, stream }) => `${account}/${stream}`);
      await until(`every stream on ${other}`, async () => (await there()).length === named.length);
      expect((await there()).toSorted()).toEqual(named);
    }
    expect(await cluster.provision()).toEqual([]);
  });

  test('syncs always, and stores no message readable on any disk', async () => {
    const marker = 'a marker that must not be readable on a disk';
    const gateway = await cluster.connect('gateway', cluster.home.org(EUROPOL, 'gateway.nk'));
    expect(await publishOnce(gateway, { subject: 'out.submission.marker', bytes: Buffer.from(marker) })).toBe(
      'stored',
    );
    for (const name of ['nats-1', 'nats-2', 'nats-3']) {
      expect(await cluster.server(name).monitoring.syncsAlways()).toBe(true);
      const files = filesBelow(cluster.home.nats(name, 'data'));
      expect(files.length).toBeGreaterThan(10);
      expect(files.filter((path) => readFileSync(path).includes(marker))).toEqual([]);
    }
    const router = await cluster.connect(
      'router',
      cluster.home.router(1, 'orgs', 'europol.nk'),
      cluster.home.router(1, 'tls'),
    );
    const delivery = await pullNext(router, sources.out);
    expect(Buffer.from(delivery.bytes).toString()).toBe(marker);
    await delivery.settle();
  });

  test('accepts TLS 1.3 with a certificate of its authority, and refuses TLS 1.2 and clients without a certificate', async () => {
    const folder = cluster.home.org(EUROPOL, 'tls');
    expect(await shakeHands(folder, 'TLSv1.3')).toBe('TLSv1.3');
    expect(await shakeHands(folder, 'TLSv1.2')).toBe('refused');
    expect(await shakeHands(undefined, 'TLSv1.3')).toBe('refused');
    const seed = cluster.home.org(EUROPOL, 'gateway.nk');
    expect(await codeOf(cluster.connect('gateway', seed, ''))).toBe('unreachable');
    expect(await codeOf(cluster.connect('gateway', seed))).toBe('none');
  });

  test('the nkey alone selects the account, whatever the client’s certificate', async () => {
    const { home } = cluster;
    const asAfripol = await cluster.connect(
      'gateway',
      home.org(AFRIPOL, 'gateway.nk'),
      home.org(EUROPOL, 'tls'),
    );
    // The key of AFRIPOL with the certificate of Europol.
    expect(
      await publishOnce(asAfripol, { subject: 'out.submission.whose', bytes: Buffer.from('afripol') }),
    ).toBe('stored');
    const count = async (account: string): Promise<number | undefined> =>
      (await cluster.server('nats-1').monitoring.streams()).find(
        (one) => one.account === account && one.stream === 'OUT',
      )?.messages;
    await until('the message to be counted', async () => (await count('afripol')) === 1);
    expect(await count('europol')).toBe(0);
  });

  test('the certificate of a process is valid for clients only, so that it cannot act as a server', () => {
    const usesOf = (folder: string): readonly string[] | undefined =>
      new X509Certificate(readFileSync(join(folder, 'cert.pem'))).keyUsage;
    const [calling, serving] = ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1'];
    for (const folder of [
      cluster.home.org(EUROPOL, 'tls'),
      cluster.home.router(2, 'tls'),
      cluster.home.hub('operator', 'tls'),
    ])
      expect(usesOf(folder)).toEqual([calling]);
    expect(usesOf(cluster.home.nats('nats-1', 'tls'))).toEqual([calling, serving]);
  });

  test('each router reads the ledger through its own consumer and may not use that of another router', async () => {
    const [first, second] = await Promise.all(
      [1, 2].map((n) => cluster.connect('router', cluster.home.router(n, 'core.nk'))),
    );
    if (first === undefined || second === undefined) throw new Error('two routers');
    expect((await consumerState(first, sources.ledgerRouter(1))).epoch).toBe(
      (await consumerState(second, sources.ledgerRouter(2))).epoch,
    );
    expect(await codeOf(consumerState(second, sources.ledgerRouter(1)))).toBe('forbidden');
  });

  test('a server whose replica differs from the others is reported until it has caught up', async () => {
    const monitors = cluster.layout.run.monitor.split(',');
    const areEqual = async (): Promise<boolean> => (await findDivergentStreams(monitors)).length === 0;
    await until('the replicas to be equal', areEqual);
    const conf = cluster.home.nats('nats-3', 'nats.conf');
    const own = readFileSync(conf, 'utf8');
    const stop = async (): Promise<void> => {
      cluster.server('nats-3').kill('SIGKILL');
      await cluster.server('nats-3').exited;
    };
    await stop();
    const gateway = await cluster.connect('gateway', cluster.home.org(EUROPOL, 'gateway.nk'));
    await publishOnce(gateway, { subject: 'out.submission.behind', bytes: Buffer.from('behind') });
    writeFileSync(conf, own.replace('name: "liaison"', 'name: "elsewhere"'));
    await cluster.start('nats-3');
    const [found, ...others] = await findDivergentStreams(monitors);
    expect(others).toEqual([]);
    const [first = 0, second, third] = found?.ends ?? [];
    expect({ ...found, ends: [second, third] }).toEqual({ stream: 'europol/OUT', ends: [first, first - 1] });

    await stop();
    writeFileSync(conf, own);
    await cluster.start('nats-3');
    await until('the server to catch up', areEqual);
  });

  test('can be inspected and provisioned after a loss while its first server is down', async () => {
    const first = cluster.server('nats-1');
    first.kill('SIGKILL');
    await first.exited;
    try {
      expect(await missingStreams(cluster.home, cluster.layout.run.monitor)).toEqual([]);
      const made = await until('a leader', () =>
        cluster.provision({ afterLoss: true }).catch(() => undefined),
      );
      // Existing streams are kept and listed as created.
      expect(made).toContain('CORE/LEDGER');
      expect(made.filter((name) => name.split('/').length === 2)).toHaveLength(cluster.orgs.length * 3 + 4);
    } finally {
      await cluster.start('nats-1');
    }
  });

  test('stores and delivers every message published while any one of its servers is killed', {
    tags: ['long'],
  }, async () => {
    const { home } = cluster;
    const gateway = await cluster.connect('gateway', home.org(AFRIPOL, 'gateway.nk'));
    const router = await cluster.connect(
      'router',
      home.router(2, 'orgs', 'afripol.nk'),
      home.router(2, 'tls'),
    );
    const sent: string[] = [];
    const got = new Set<string>();
    const hold = async (): Promise<void> => {
      for (const delivery of await pull(router, sources.out, { max: 1 }).catch(() => [])) {
        // Delivered again if the server that took the acknowledgement was killed.
        got.add(Buffer.from(delivery.bytes).toString());
        await delivery.settle();
      }
    };
    for (const name of ['nats-1', 'nats-2', 'nats-3']) {
      cluster.server(name).kill('SIGKILL');
      for (let n = 0; n < 20; n += 1) {
        const text = `${name} ${n}`;
        await publishOnce(gateway, { subject: `out.submission.${name}-${n}`, bytes: Buffer.from(text) });
        sent.push(text);
        if (n % 2 === 0) await hold();
      }
      await cluster.server(name).exited;
      await cluster.start(name);
    }
    await until('every message to be delivered', async () => {
      await hold();
      return sent.every((text) => got.has(text));
    });
    expect([...got].filter((text) => text !== 'afripol').toSorted()).toEqual(sent.toSorted());
  });
});
