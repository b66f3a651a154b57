import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fail, isCode } from '../../../services/shared/kernel/errors.js';
import { type Bus, connectAs } from '../../../services/shared/bus/connect.js';
import { lastOn } from '../../../services/shared/bus/direct-get.js';
import { publishLatest, publishNext, publishOnce } from '../../../services/shared/bus/publish.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { pullNext } from '../../support/streams/pull-next.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const frame = (digit: string): string => `out.submission.${digit.repeat(64)}`;

let broker: Broker;
let gateway: Bus;
let router: Bus;
let core: Bus;
const denied: string[] = [];

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const note = ({ type, message }: { type: string; message: string }): void => {
    if (type === 'denied') denied.push(message);
  };
  gateway = await broker.connect('gateway', 'europol', note);
  router = await broker.connect('router', 'europol', note);
  core = await broker.connect('router', undefined, note);
});
afterAll(() => broker.close());

describe('publishOnce', () => {
  test('a frame published twice before its acknowledgement is stored once', async () => {
    expect(await publishOnce(gateway, { subject: frame('1'), bytes: bytes('a') })).toBe('stored');
    expect(await publishOnce(gateway, { subject: frame('1'), bytes: bytes('a') })).toBe('duplicate');
    expect(await broker.count('europol', 'OUT')).toBe(1);
  });

  test('a frame published again after its acknowledgement is stored again, so that reconciliation can resend', async () => {
    const delivery = await pullNext(router, sources.out);
    expect(await delivery.settle()).toBe(true);
    expect(await publishOnce(gateway, { subject: frame('1'), bytes: bytes('a') })).toBe('stored');
    const again = await pullNext(router, sources.out);
    expect(again.subject).toBe(frame('1'));
    await again.settle();
  });

  test('nothing is published before what it was read from is on disk, and nothing at all if that fails', async () => {
    const before = await broker.count('europol', 'OUT');
    let onDisk = (): void => {};
    const flushed = (): Promise<void> =>
      new Promise((resolve) => {
        onDisk = resolve;
      });
    const publishing = publishOnce({ ...gateway, flushed }, { subject: frame('7'), bytes: bytes('a') });
    await gateway.nc.flush();
    expect(await broker.count('europol', 'OUT')).toBe(before);
    onDisk();
    expect(await publishing).toBe('stored');
    const failing = { ...gateway, flushed: () => Promise.reject(fail('disk-failed', 'not stored')) };
    await expect(publishOnce(failing, { subject: frame('8'), bytes: bytes('a') })).rejects.toMatchObject({
      code: 'disk-failed',
    });
    expect(await broker.count('europol', 'OUT')).toBe((before ?? 0) + 1);
    await (await pullNext(router, sources.out)).settle();
  });

  test('a full queue answers `full` and keeps every message that it acknowledged', async () => {
    const big = new Uint8Array(900 * 1024);
    let stored = 0;
    for (let n = 0; n < 200; n++) {
      const subject = `out.submission.${n.toString(16).padStart(64, '0')}`;
      const outcome = await publishOnce(gateway, { subject, bytes: big });
      if (outcome === 'full') break;
      expect(outcome).toBe('stored');
      stored += 1;
    }
    expect(stored).toBeGreaterThan(10);
    expect(stored).toBeLessThan(200);
    expect(await broker.count('europol', 'OUT')).toBe(stored);
    for (let n = 0; n < stored; n++) {
      await (await pullNext(router, sources.out)).settle();
    }
    expect(await broker.count('europol', 'OUT')).toBe(0);
  });

  test('a message above the largest payload fails with `oversize` before it is sent, and the connection stays', async () => {
    const thrown = await publishOnce(gateway, {
      subject: frame('2'),
      bytes: new Uint8Array(2 * 1024 * 1024),
    }).catch((error: unknown) => error);
    expect(isCode(thrown, 'oversize')).toBe(true);
    expect(gateway.isConnected()).toBe(true);
  });

  test('a subject outside the permissions of the role fails with `forbidden` at once, without retries', async () => {
    const thrown = await publishOnce(gateway, { subject: 'in.report.x', bytes: bytes('x') }).catch(
      (error: unknown) => error,
    );
    expect(isCode(thrown, 'forbidden')).toBe(true);
    expect(denied.splice(0)).toHaveLength(1);
  });
});

describe('publishNext', () => {
  test('of two writers with the same expected sequence the first stores, the other gets `stale`', async () => {
    const subject = 'ledger.europol';
    const first = await publishNext(core, { subject, bytes: bytes('1'), expected: 0 });
    expect(first).toEqual({ seq: 1 });
    expect(await publishNext(core, { subject, bytes: bytes('x'), expected: 0 })).toBe('stale');
    const back = await lastOn(core, { stream: 'LEDGER', subject });
    expect([back?.seq, new TextDecoder().decode(back?.bytes)]).toEqual([1, '1']);
    expect(await publishNext(core, { subject, bytes: bytes('2'), expected: 1 })).toEqual({ seq: 2 });
  });

  test('the expected sequence is that of the subject, not of the stream', async () => {
    expect(await publishNext(core, { subject: 'ledger.afripol', bytes: bytes('1'), expected: 0 })).toEqual({
      seq: 3,
    });
    expect(await publishNext(core, { subject: 'ledger.europol', bytes: bytes('3'), expected: 2 })).toEqual({
      seq: 4,
    });
  });
});

describe('publishLatest', () => {
  test('a newer directory replaces the older one in an inbox', async () => {
    expect(await publishLatest(router, { subject: 'in.directory', bytes: bytes('v1') })).toBe('stored');
    expect(await publishLatest(router, { subject: 'in.directory', bytes: bytes('v2') })).toBe('stored');
    const delivery = await pullNext(gateway, sources.in);
    expect([new TextDecoder().decode(delivery.bytes), delivery.pending]).toEqual(['v2', 0]);
    await delivery.settle();
  });
});

async function connectTo(servers: string): Promise<Bus> {
  const bus = await connectAs({
    servers,
    seed: broker.seedOf('gateway', 'europol'),
    role: 'gateway',
    name: 'test',
  });
  onTestFinished(() => bus.close());
  return bus;
}

test('connection: servers of a cluster are pinged every second, a single server every three seconds', async () => {
  const pings = async (servers: string): Promise<number> => {
    const bus = await connectTo(servers);
    let count = 0;
    setTimeout(() => void bus.close(), 3_500);
    for await (const { type } of bus.nc.status()) if (type === 'ping') count += 1;
    return count;
  };
  const [alone, clustered] = await Promise.all([pings(broker.url), pings(`${broker.url},${broker.url}`)]);
  expect(alone).toBe(1);
  expect(clustered).toBeGreaterThan(1);
});

describe('publish retries', () => {
  test('a message published to a frozen server is stored once when the server continues', async () => {
    // The client closes the connection meanwhile and connects again.
    const clustered = await connectTo(`${broker.url},${broker.url}`);
    await broker.freeze();
    const outcome = publishOnce(clustered, { subject: frame('3'), bytes: bytes('3') });
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    broker.thaw();
    expect(['stored', 'duplicate']).toContain(await outcome);
    expect(await broker.count('europol', 'OUT')).toBe(1);
  });

  test('the signal ends the retries with `timed-out`', async () => {
    await broker.freeze();
    const thrown = await publishOnce(gateway, {
      subject: frame('4'),
      bytes: bytes('4'),
      signal: AbortSignal.timeout(500),
    }).catch((error: unknown) => error);
    broker.thaw();
    expect(isCode(thrown, 'timed-out')).toBe(true);
  });

  test('a message published while the server is restarted after a kill is stored', async () => {
    await broker.stop('SIGKILL');
    const outcome = publishOnce(gateway, { subject: frame('5'), bytes: bytes('5') });
    await broker.start();
    expect(['stored', 'duplicate']).toContain(await outcome);
  });

  test('none of these operations was denied by the permission table', () => {
    expect(denied).toEqual([]);
  });
});
