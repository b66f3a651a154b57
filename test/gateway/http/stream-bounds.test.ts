import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { type ServiceProcess, startService } from '../../support/processes/service-process.js';
import { until } from '../../support/until.js';
import { craft, someFrame } from '../craft.js';
import { playHub } from '../play-hub.js';
import { example, letIn, startGateway } from '../start-gateway.js';

const [EUROPOL, AFRIPOL] = [parseOrgId('europol'), parseOrgId('afripol')];
/** The heap of a gateway under `up`. */
const HEAP_MIB = 256;
const STREAMS = 1_500;
const FRAMES = 8;
const NOTICES = 50;

let broker: Broker;
let token: string;
let gateway: ServiceProcess;
const sockets: Socket[] = [];

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  token = readSecret(broker.home.org(AFRIPOL, 'token'));
  await fillInbox();
  const env = { LIAISON_ORG: AFRIPOL, LIAISON_LOG_LEVEL: 'error' };
  gateway = await startService('gateway', broker, { env, heapMiB: HEAP_MIB });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await gateway?.stop();
  await broker?.close();
});

/** Delivers 400 notices in eight frames, as after a day of a busy originator. */
async function fillInbox(): Promise<void> {
  const started = await startGateway(broker, AFRIPOL);
  const hub = await playHub(broker, started.identity.directory.current());
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const notices = await Promise.all(Array.from({ length: NOTICES }, () => craft(broker, hub.directory)));
    await hub.deliver(AFRIPOL, { originator: EUROPOL, frame: someFrame(), notices });
  }
  await until('all are held', () => started.store.inbox.lastSeq() === FRAMES * NOTICES);
  await Promise.all([started.stop(), hub.stop()]);
}

/** Opens a stream from the oldest event on, and reads only the status of its answer. */
function openUnread(by: string): Promise<number> {
  const { port, hostname, host } = new URL(gateway.url);
  const lines = ['GET /v1/inbox/stream HTTP/1.1', `Host: ${host}`, 'Last-Event-ID: 0'];
  const socket = connect(Number(port), hostname, () =>
    socket.write(`${[...lines, `Authorization: Bearer ${by}`].join('\r\n')}\r\n\r\n`),
  );
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.on('error', () => resolve(0));
    socket.once('data', (chunk) => {
      socket.pause();
      resolve(Number(chunk.toString().split(' ', 2)[1]));
    });
  });
}

async function submit(): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify(example('green'));
  return (await fetch(`${gateway.url}/v1/notices`, { method: 'POST', headers, body })).status;
}

test('gateway stream: 1,500 unread streams are refused beyond eight for one caller, and submissions are accepted', {
  tags: ['long'],
}, async () => {
  const rest = gateway.resident();
  const statuses: number[] = [];
  const began = performance.now();
  // Fewer at once than the backlog of the listening socket holds; all stay open.
  while (statuses.length < STREAMS)
    statuses.push(...(await Promise.all(Array.from({ length: 100 }, () => openUnread(token)))));
  expect(await submit()).toBe(202);
  expect(gateway.isAlive()).toBe(true);
  const open = statuses.filter((status) => status === 200).length;
  expect(open).toBeGreaterThanOrEqual(8);
  // A stream whose reader takes nothing for 30 s ends, and leaves its place to another one.
  expect(open).toBeLessThanOrEqual(8 * (1 + Math.floor((performance.now() - began) / 30_000)));
  expect(statuses.filter((status) => status === 503)).toHaveLength(STREAMS - open);
  expect(gateway.resident() - rest).toBeLessThan(150);
});

test('gateway stream: the streams of one caller leave room for those of another', async () => {
  const other = 'd'.repeat(43);
  const remove = letIn(broker, { org: 'afripol', token: other, scopes: ['inbox:read'] });
  expect(await openUnread(other)).toBe(200);
  for (const socket of sockets) socket.destroy();
  await until('there is room', async () => (await openUnread(token)) === 200);
  remove();
});
