import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { maxConnections } from '../../../services/shared/bus/nats-conf.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { answers, describeWhere } from '../../support/needs.js';
import { until } from '../../support/until.js';

const DESCRIPTORS = 1_024;
const STRANGERS = 1_500;
const TITLE = 'more idle sockets of strangers than the server has descriptors';
const BIG = new Uint8Array(200_000);

/** Opens sockets that send nothing; resolves after the server had time to accept them. */
async function openStrangers(url: string, count: number): Promise<readonly Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname));
  for (const socket of sockets) socket.on('error', () => undefined).resume();
  await Promise.all(sockets.map((socket) => once(socket, 'connect').catch(() => undefined)));
  await delay(500);
  return sockets;
}

describeWhere(answers('prlimit', ['--version']), 'prlimit: install util-linux')(TITLE, () => {
  let broker: Broker;
  let member: Bus;
  let strangers: readonly Socket[] = [];
  beforeAll(async () => {
    broker = await startBroker({ orgs: ['europol', 'interpol'] });
    const conf = broker.home.nats('nats.conf');
    const bounded = `max_connections: ${maxConnections(broker.accounts, DESCRIPTORS)}`;
    writeFileSync(conf, readFileSync(conf, 'utf8').replace(/^max_connections: \d+$/m, bounded));
    await broker.stop();
    await broker.start();
    const pid = readFileSync(broker.home.nats('nats.pid'), 'utf8').trim();
    execFileSync('prlimit', ['--pid', pid, `--nofile=${DESCRIPTORS}:${DESCRIPTORS}`]);
    member = await broker.connect('gateway', 'europol');
    strangers = await openStrangers(broker.url, STRANGERS);
  });
  afterAll(async () => {
    for (const socket of strangers) socket.destroy();
    await broker.close();
  });

  test('leave those that the store needs: messages of connected members are stored', async () => {
    for (let n = 0; n < 60; n += 1) {
      const subject = `out.submission.${n.toString(16).padStart(64, '0')}`;
      expect(await publishOnce(member, { subject, bytes: BIG })).toBe('stored');
    }
  });

  test('are closed within seconds, so that another member can connect', async () => {
    await until('room for a member', () => broker.connect('gateway', 'interpol').catch(() => undefined));
  });
});
