import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCheckpoint } from '../../services/shared/wire/checkpoint-frame.js';
import { consumerState } from '../../services/shared/bus/consumer-state.js';
import { lastOn } from '../../services/shared/bus/direct-get.js';
import { publishLatest } from '../../services/shared/bus/publish.js';
import { sources } from '../../services/shared/bus/streams.js';
import { frames } from '../../services/shared/wire/frames.js';
import { fileSizeLimit } from '../support/limit-file-size.js';
import {
  type Hub,
  noticePart,
  numbersIn,
  receiptPart,
  type RunningAuditor,
  startHub,
  waitUntil,
} from './hub.js';

let hub: Hub;
let auditor: RunningAuditor | undefined;

beforeEach(async () => {
  hub = await startHub();
});
afterEach(async () => {
  await auditor?.stop();
  auditor = undefined;
  await hub.close();
});

const part = noticePart;

async function publishReports(count: number, org = 'interpol'): Promise<void> {
  for (let n = 1; n <= count; n++) await hub.publish(org, await hub.report(org, [part(n)]));
}

const records = (): string => join(hub.broker.home.auditorData, 'records');

async function loseBroker(): Promise<void> {
  await hub.broker.stop('SIGKILL');
  hub.broker.eraseData();
  await hub.broker.start();
  await hub.broker.provision({ afterLoss: true });
}

const settled = (seq: number) => waitUntil(() => (auditor?.heartbeat()?.seq ?? 0) >= seq);

describe('auditor', () => {
  test('archives once every record that a router signed, in the order of the ledger', async () => {
    const twice = await hub.report('interpol', [part(1)]);
    await hub.publish('interpol', twice);
    await hub.publish('europol', await hub.report('europol', [part(2)]));
    await hub.publish('interpol', twice);
    await hub.publish('europol', await hub.receipts('europol', 'interpol', [receiptPart('held')]));
    auditor = await hub.audit();
    await settled(4);
    expect(await numbersIn(auditor.archive)).toEqual([
      '1 1 ledger.interpol',
      '2 2 ledger.europol',
      '3 4 ledger.europol',
    ]);
    expect(auditor.reasons()).toEqual([]);
  });

  test('counts and reports records that the broker lost, and archives the others', async () => {
    const core = await hub.broker.connect('provision');
    await core.jsm.streams.update('LEDGER', { max_bytes: 4_096 });
    await publishReports(12);
    const there = (await hub.broker.count('CORE', 'LEDGER')) ?? 0;
    expect(there).toBeLessThan(12);
    auditor = await hub.audit();
    await settled(12);
    expect(auditor.archive.count()).toBe(there);
    expect(await auditor.metrics()).toContain(`liaison_auditor_lost_records_total ${12 - there}`);
  });

  test('never archives what no router signed, and archives the records around it', async () => {
    const honest = await hub.report('interpol', [part(1)]);
    const stripped = frames.record.decode(honest);
    const foreign = [
      Buffer.from('not a record'),
      frames.record.encode({ receipts: [] }),
      await hub.report('interpol', [part(2)], { signer: hub.signers.audit }),
      await hub.report('interpol', [part(3)], { signer: hub.signers.notice }),
      await hub.report('europol', [part(4)]),
      frames.record.encode({ ...stripped, statement: { ...stripped.statement!, leaves: [] } }),
    ];
    for (const bytes of foreign) await hub.publish('interpol', bytes);
    await hub.publish('interpol', honest);
    auditor = await hub.audit();
    await settled(foreign.length + 1);
    expect(await numbersIn(auditor.archive)).toEqual([`1 ${foreign.length + 1} ledger.interpol`]);
    expect(auditor.heartbeat()?.count).toBe(1);
  });

  test('refuses a record whose receipts were exchanged for others', async () => {
    const [one, two] = await Promise.all(
      (['held', 'rejected'] as const).map((type) => hub.receipts('europol', 'interpol', [receiptPart(type)])),
    );
    const swapped = { ...frames.record.decode(one!), receipts: frames.record.decode(two!).receipts ?? [] };
    await hub.publish('europol', frames.record.encode(swapped));
    await hub.publish('europol', one!);
    auditor = await hub.audit();
    await settled(2);
    expect(await numbersIn(auditor.archive)).toEqual(['1 2 ledger.europol']);
  });

  test('claims in every heartbeat exactly what is on disk', async () => {
    auditor = await hub.audit({ heartbeatMs: 1, heartbeatRecords: 1 });
    const publishing = publishReports(60);
    for (let seen = 0; seen < 60; ) {
      const heartbeat = auditor.heartbeat();
      seen = heartbeat?.count ?? 0;
      const onDisk = readFileSync(records()).toString('latin1').split('LGR1').length - 1;
      expect(onDisk).toBeGreaterThanOrEqual(seen);
      expect(heartbeat?.seq ?? 0).toBeLessThanOrEqual(onDisk);
      await new Promise(setImmediate);
    }
    await publishing;
  });

  test('continues after a restart where it was, without duplicates or gaps', async () => {
    await publishReports(5);
    auditor = await hub.audit();
    await settled(5);
    await auditor.stop();
    await publishReports(5, 'europol');
    auditor = await hub.audit();
    await settled(10);
    expect(auditor.archive.count()).toBe(10);
  });

  test('reads records lost in a torn tail from the broker again, although they were acknowledged', async () => {
    await publishReports(5);
    auditor = await hub.audit();
    await settled(5);
    await auditor.stop();
    truncateSync(records(), readFileSync(records()).length - 7);
    auditor = await hub.audit();
    await settled(5);
    expect(auditor.archive.torn?.afterNumber).toBe(4);
    expect(await numbersIn(auditor.archive)).toEqual([1, 2, 3, 4, 5].map((n) => `${n} ${n} ledger.interpol`));
  });

  test('continues its numbers after the broker lost its disk, and archives nothing twice', async () => {
    const old = await hub.report('interpol', [part(1)]);
    await hub.publish('interpol', old);
    auditor = await hub.audit();
    await settled(1);
    const before = auditor.heartbeat();
    await loseBroker();
    await hub.publish('interpol', old);
    await hub.publish('interpol', await hub.report('interpol', [part(2)]));
    await waitUntil(() => auditor?.heartbeat()?.epoch !== before?.epoch && auditor?.heartbeat()?.seq === 2);
    expect(auditor.heartbeat()).toMatchObject({ seq: 2, count: 2 });
    expect(await numbersIn(auditor.archive)).toEqual(['1 1 ledger.interpol', '2 2 ledger.interpol']);
  });

  test('stops when the broker is restored from an older disk, also after a restart, until the broker is created again', async () => {
    await publishReports(2);
    auditor = await hub.audit();
    await settled(2);
    await hub.broker.stop();
    const restore = hub.broker.copyData();
    await hub.broker.start();
    await publishReports(3, 'europol');
    await settled(5);
    await hub.broker.stop();
    restore();
    await hub.broker.start();
    await waitUntil(() => auditor?.reasons().includes('ledger-damaged') ?? false);
    await auditor.stop();
    auditor = await hub.audit();
    await waitUntil(() => auditor?.reasons().includes('ledger-damaged') ?? false);
    await loseBroker();
    await publishReports(1, 'afripol');
    await waitUntil(() => auditor?.heartbeat()?.count === 6);
  });

  test('reads a lost file from the broker again, as far as the stream still holds it', async () => {
    await publishReports(3);
    auditor = await hub.audit();
    await settled(3);
    await auditor.stop();
    truncateSync(records(), 0);
    auditor = await hub.audit();
    await settled(3);
    expect(auditor.archive.count()).toBe(3);
  });

  test('stops when records that a heartbeat confirmed are lost, until an operator accepts the loss', async () => {
    await publishReports(3);
    auditor = await hub.audit();
    await settled(3);
    await loseBroker();
    await publishReports(1, 'europol');
    await waitUntil(() => auditor?.heartbeat()?.count === 4);
    await auditor.stop();
    truncateSync(records(), 0);
    auditor = await hub.audit();
    await waitUntil(() => auditor?.reasons().includes('ledger-damaged') ?? false);
    await publishReports(1, 'afripol');
    expect([auditor.heartbeat(), auditor.archive.count()]).toEqual([undefined, 1]);
    await auditor.stop();
    auditor = await hub.audit({ afterLoss: true });
    await settled(2);
    expect(auditor.archive.count()).toBe(2);
  });

  test('ignores a heartbeat in the broker that it did not sign', async () => {
    const forged = { subject: 'checkpoint', bytes: Buffer.from('forged') };
    await publishReports(1);
    const bus = await hub.broker.connect('auditor');
    await publishLatest(bus, forged);
    auditor = await hub.audit();
    await settled(1);
    expect(auditor.archive.count()).toBe(1);
  });

  test('does not acknowledge or claim records while its disk is full, reports it, and archives them once there is room', async ({
    skip,
  }) => {
    const limit = fileSizeLimit(skip);
    const big = Array.from({ length: 800 }, (_, n) => part(n + 1));
    auditor = await hub.audit();
    await waitUntil(() => auditor?.heartbeat() !== undefined);
    limit(100_000);
    try {
      await hub.publish('interpol', await hub.report('interpol', big));
      await waitUntil(() => auditor?.reasons().includes('full') ?? false);
      const state = await consumerState(await hub.broker.connect('auditor'), sources.ledgerAuditor);
      expect([state.acknowledged, auditor.archive.count(), auditor.heartbeat()?.seq]).toEqual([0, 0, 0]);
    } finally {
      limit('unlimited');
    }
    await settled(1);
    expect([auditor.archive.count(), auditor.reasons()]).toEqual([1, []]);
  });

  test('writes a record to the file before it acknowledges it', async () => {
    auditor = await hub.audit();
    const bus = await hub.broker.connect('auditor');
    const publishing = publishReports(60);
    for (let acknowledged = 0; acknowledged < 60; ) {
      ({ acknowledged } = await consumerState(bus, sources.ledgerAuditor));
      const onDisk = readFileSync(records()).toString('latin1').split('LGR1').length - 1;
      expect(onDisk).toBeGreaterThanOrEqual(acknowledged);
    }
    await publishing;
  });

  test('leaves its last heartbeat in the broker', async () => {
    await publishReports(2);
    auditor = await hub.audit();
    await settled(2);
    const stored = await lastOn(hub.router, { stream: 'CHECKPOINT', subject: 'checkpoint' });
    expect(readCheckpoint(stored!.bytes)).toMatchObject({ proof: [], cosignatures: [] });
    expect(readCheckpoint(stored!.bytes).heartbeat.split('.')).toHaveLength(3);
  });
});
