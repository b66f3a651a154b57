import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { consume } from '../../../services/shared/bus/consume.js';
import { pull } from '../../../services/shared/bus/pull.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { eraseMessage, getAt, lastOn, nextOn } from '../../../services/shared/bus/direct-get.js';
import { publishLatest, publishNext, publishOnce } from '../../../services/shared/bus/publish.js';
import type { Delivery } from '../../../services/shared/bus/delivery.js';
import { sources } from '../../../services/shared/bus/streams.js';
import { fail, isCode, type LiaisonError } from '../../../services/shared/kernel/errors.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { pullNext, pullSome } from '../../support/streams/pull-next.js';
import { until } from '../../support/until.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined): string => new TextDecoder().decode(data);
const frame = (n: number): string => `out.submission.${n.toString(16).padStart(64, '0')}`;
const AFRIPOL = parseOrgId('afripol');

let broker: Broker;
let gateway: Bus;
let router: Bus;
let core: Bus;
let auditor: Bus;
const denied: string[] = [];

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  const note = ({ type, message }: { type: string; message: string }): void => {
    if (type === 'denied') denied.push(message);
  };
  gateway = await broker.connect('gateway', 'europol', note);
  router = await broker.connect('router', 'europol', note);
  core = await broker.connect('router', undefined, note);
  auditor = await broker.connect('auditor', undefined, note);
});
afterAll(() => broker.close());

const silent = { onError: (): void => {} };

describe('consume', () => {
  test('a message is acknowledged, or its redelivery ended, once what was read is on disk, and not if that fails', async () => {
    const take = async (flushed: () => Promise<void>, end: (delivery: Delivery) => void): Promise<void> => {
      let handled = (): void => {};
      const once = new Promise<void>((resolve) => {
        handled = resolve;
      });
      const handle = async (delivery: Delivery): Promise<void> => {
        end(delivery);
        handled();
      };
      const consumption = await consume({ ...router, flushed }, sources.out, { ...silent, handle });
      await once;
      await consumption.stop();
      await router.nc.flush();
    };
    for (const name of ['ack', 'term'] as const) {
      await publishOnce(gateway, { subject: frame(99), bytes: bytes('a') });
      let onDisk = (): void => {};
      const held = new Promise<void>((resolve) => {
        onDisk = resolve;
      });
      await take(
        () => held,
        (delivery) => delivery[name](),
      );
      expect(await broker.count('europol', 'OUT')).toBe(1);
      onDisk();
      await until('it to be taken from the stream', async () => (await broker.count('europol', 'OUT')) === 0);
    }
    await publishOnce(gateway, { subject: frame(99), bytes: bytes('a') });
    // The acknowledgement is never sent: the message is given back.
    await take(
      () => Promise.reject(fail('disk-failed', 'not stored')),
      (delivery) => {
        delivery.ack();
        delivery.nak();
      },
    );
    expect(await broker.count('europol', 'OUT')).toBe(1);
    await until('it to be delivered again', async () => {
      const [again] = await pull(router, sources.out, { max: 1 });
      return again?.settle();
    });
  });

  test('one frame of an organisation is handled at a time, in order, whichever of two routers pulls', async () => {
    const other = await broker.connect('router', 'europol');
    for (let n = 0; n < 20; n++) await publishOnce(gateway, { subject: frame(n), bytes: bytes(String(n)) });
    const seen: string[] = [];
    let under = 0;
    let most = 0;
    let done = (): void => {};
    const all = new Promise<void>((resolve) => {
      done = resolve;
    });
    const handle = async (
      delivery: Parameters<Parameters<typeof consume>[2]['handle']>[0],
    ): Promise<void> => {
      under += 1;
      most = Math.max(most, under);
      seen.push(text(delivery.bytes));
      await new Promise((resolve) => setTimeout(resolve, 2));
      under -= 1;
      await delivery.settle();
      if (seen.length === 20) done();
    };
    const consumptions = [
      await consume(router, sources.out, { handle, ...silent, parallel: 4 }),
      await consume(other, sources.out, { handle, ...silent, parallel: 4 }),
    ];
    await all;
    await Promise.all(consumptions.map((consumption) => consumption.stop()));
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
    expect(most).toBe(1);
    expect(await broker.count('europol', 'OUT')).toBe(0);
  });

  test('no more messages are prefetched than `ahead` allows, however many wait', async () => {
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    const named = (n: number): string => frame(n).replace('out.submission', 'in.report');
    for (const n of numbers) await publishOnce(router, { subject: named(n), bytes: bytes(String(n)) });
    const seen: string[] = [];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const handle = async (delivery: Delivery): Promise<void> => {
      seen.push(text(delivery.bytes));
      await held;
      await delivery.settle();
    };
    const consumption = await consume(gateway, sources.in, { handle, ...silent, parallel: 2, ahead: 16 });
    await until(
      'prefetched messages',
      async () => (await consumerState(gateway, sources.in)).ackPending >= 16,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await consumerState(gateway, sources.in)).ackPending).toBeLessThanOrEqual(16 + 2 + 1);
    expect(seen).toHaveLength(2);
    release();
    await until('every message to be handled', async () => (await broker.count('europol', 'IN')) === 0);
    await consumption.stop();
    expect(new Set(seen).size).toBe(numbers.length);
  });

  test('an error of the handler is reported, and the message is redelivered', async () => {
    const troubles: LiaisonError[] = [];
    const attempts: number[] = [];
    let done = (): void => {};
    const handled = new Promise<void>((resolve) => {
      done = resolve;
    });
    const consumption = await consume(router, sources.out, {
      onError: (trouble) => troubles.push(trouble),
      handle: async (delivery) => {
        attempts.push(delivery.attempt);
        if (delivery.attempt === 1) throw fail('busy', 'not now');
        await delivery.settle();
        done();
      },
    });
    await publishOnce(gateway, { subject: frame(100), bytes: bytes('x') });
    await handled;
    await consumption.stop();
    expect(attempts).toEqual([1, 2]);
    expect(troubles.map(({ code }) => code)).toEqual(['busy']);
  });

  test('a stop waits for the message being handled and gives back the others', async () => {
    const auditorSeen: string[] = [];
    for (let n = 0; n < 5; n++) {
      await publishOnce(core, {
        subject: `parked.afripol.europol.${frame(n).slice('out.submission.'.length)}`,
        bytes: bytes(String(n)),
      });
    }
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = (): void => {};
    const first = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const consumption = await consume(core, sources.parked(AFRIPOL), {
      ...silent,
      handle: async (delivery) => {
        begun();
        await gate;
        auditorSeen.push(text(delivery.bytes));
        await delivery.settle();
      },
    });
    await first;
    const stopping = consumption.stop();
    release();
    await stopping;
    expect(auditorSeen).toEqual(['0']);
    for (const wanted of ['1', '2', '3', '4']) {
      const delivery = await pullNext(core, sources.parked(AFRIPOL));
      expect(text(delivery.bytes)).toBe(wanted);
      await delivery.settle();
    }
    expect(await broker.count('CORE', 'PARKED_afripol')).toBe(0);
  });

  test('consumption continues after the server was killed and started again', async () => {
    const seen: string[] = [];
    let done = (): void => {};
    const both = new Promise<void>((resolve) => {
      done = resolve;
    });
    const consumption = await consume(router, sources.out, {
      ...silent,
      handle: async (delivery) => {
        if (await delivery.settle()) seen.push(text(delivery.bytes));
        if (seen.includes('after')) done();
      },
    });
    await broker.stop('SIGKILL');
    await broker.start();
    await publishOnce(gateway, { subject: frame(200), bytes: bytes('after') });
    await both;
    await consumption.stop();
    expect(seen).toContain('after');
  });
});

describe('the ledger', () => {
  test('auditor and router each read every record, the auditor by sequence too', async () => {
    for (let n = 0; n < 3; n++) {
      await publishNext(core, { subject: 'ledger.europol', bytes: bytes(String(n)), expected: n });
    }
    const forAuditor = await pullSome(auditor, sources.ledgerAuditor, 3);
    const forRouter = await pullSome(core, sources.ledgerRouter(), 3);
    expect(forAuditor.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(forRouter.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    for (const delivery of [...forAuditor, ...forRouter]) expect(await delivery.settle()).toBe(true);
    expect(text((await getAt(auditor, { stream: 'LEDGER', seq: 2 }))?.bytes)).toBe('1');
    expect(await getAt(auditor, { stream: 'LEDGER', seq: 99 })).toBeUndefined();
    expect(await broker.count('CORE', 'LEDGER')).toBe(3);
    expect(await consumerState(auditor, sources.ledgerAuditor)).toMatchObject({
      pending: 0,
      ackPending: 0,
      acknowledged: 3,
    });
  });

  test('auditor and router can both read the newest checkpoint', async () => {
    for (const seq of ['1', '2']) await publishLatest(auditor, { subject: 'checkpoint', bytes: bytes(seq) });
    for (const bus of [auditor, core]) {
      expect(text((await lastOn(bus, { stream: 'CHECKPOINT', subject: 'checkpoint' }))?.bytes)).toBe('2');
    }
    expect(await broker.count('CORE', 'CHECKPOINT')).toBe(1);
  });
});

describe('the quarantine stream', () => {
  test('the router lists the entries of one organisation by subject, and erases single entries', async () => {
    for (const [n, org] of ['europol', 'afripol', 'europol'].entries()) {
      await publishLatest(core, { subject: `quarantine.${org}`, bytes: bytes(String(n)) });
    }
    const seqs: number[] = [];
    for (let from = 1; ; ) {
      const found = await nextOn(core, { stream: 'QUARANTINE', subject: 'quarantine.europol', from });
      if (found === undefined) break;
      seqs.push(found.seq);
      from = found.seq + 1;
    }
    expect(seqs).toEqual([1, 3]);
    expect(text((await getAt(core, { stream: 'QUARANTINE', seq: 2 }))?.bytes)).toBe('1');
    expect(await eraseMessage(core, { stream: 'QUARANTINE', seq: 1 })).toBe(true);
    expect(await eraseMessage(core, { stream: 'QUARANTINE', seq: 1 })).toBe(false);
    expect(await getAt(core, { stream: 'QUARANTINE', seq: 1 })).toBeUndefined();
  });
});

describe('the command stream', () => {
  test('operator and console can publish commands, and the router gets each command once', async () => {
    const taker = await broker.connect('router', 'COMMAND');
    const operator = await broker.connect('operator');
    const consoleBus = await broker.connect('console', 'COMMAND');
    await publishLatest(operator, { subject: 'command.cancel', bytes: bytes('o') });
    await publishLatest(consoleBus, { subject: 'command.discard', bytes: bytes('c') });
    const taken: string[] = [];
    for (let n = 0; n < 2; n++) {
      const delivery = await pullNext(taker, sources.command);
      taken.push(text(delivery.bytes));
      await delivery.settle();
    }
    expect(taken).toEqual(['o', 'c']);
    expect(await broker.count('COMMAND', 'COMMAND')).toBe(0);
  });
});

describe('a missing stream', () => {
  test('fails with `stream-missing` when its state is read, it is consumed or it is pulled from', async () => {
    const missing = sources.parked(AFRIPOL);
    await (await broker.connect('provision')).jsm.consumers.delete(missing.stream, missing.consumer);
    for (const attempt of [
      () => consumerState(core, missing),
      () => consume(core, missing, { handle: () => Promise.resolve(), ...silent }),
      () => pull(core, missing, { max: 1 }),
    ]) {
      const thrown = await attempt().catch((error: unknown) => error);
      expect(isCode(thrown, 'stream-missing')).toBe(true);
    }
  });

  test('is reported to a running consumption when the broker lost its disk', async () => {
    const told: string[] = [];
    let hear = (): void => {};
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const consumption = await consume(router, sources.out, {
      handle: () => Promise.resolve(),
      onError: ({ code }) => {
        told.push(code);
        if (code === 'stream-missing') hear();
      },
    });
    await broker.stop('SIGKILL');
    broker.eraseData();
    await broker.start();
    await heard;
    await consumption.stop();
    expect(told).toContain('stream-missing');
  });

  test('none of these operations was denied by the permission table', () => {
    expect(denied).toEqual([]);
  });
});
