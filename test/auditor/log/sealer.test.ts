import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openAppendFile } from '../../../services/shared/store/append/append-file.js';
import { packEntry, unpackEntry } from '../../../services/shared/store/append/archived-entry.js';
import { parseEntryBundle } from '../../../services/shared/tlog/tiles.js';
import { isConsistent } from '../../../services/shared/tlog/verify-proof.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { deleteStream } from '../../support/streams/delete-stream.js';
import { type Hub, noticePart, type RunningAuditor, startHub, waitUntil } from '../hub.js';
import { getFrom, NO_WITNESS, openNote, type PublishedCheckpoint, publishedCheckpoint } from './shown-log.js';

let hub: Hub;
let auditor: RunningAuditor | undefined;
let revision = 0;

beforeEach(async () => {
  hub = await startHub();
  revision = 0;
});
afterEach(async () => {
  await auditor?.stop();
  auditor = undefined;
  await hub.close();
});

const audit = (more: Parameters<Hub['audit']>[0] = {}): Promise<RunningAuditor> =>
  hub.audit({ witnessPolicy: parseWitnessPolicy(NO_WITNESS), ...more });

async function publishReports(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    revision += 1;
    await hub.publish('interpol', await hub.report('interpol', [noticePart(revision)]));
  }
}

/** Waits until a checkpoint of this size is published, and returns it. */
async function sealedAt(size: number): Promise<PublishedCheckpoint> {
  let found: PublishedCheckpoint | undefined;
  await waitUntil(async () => {
    found = await publishedCheckpoint(hub);
    return found?.checkpoint.size === size;
  });
  return found!;
}

/** The entries of the archived records, as the specification of the log says. */
async function entriesOf(archive: Pick<RunningAuditor['archive'], 'read'>): Promise<readonly Uint8Array[]> {
  const entries: Uint8Array[] = [];
  for await (const { bytes, ruledOut } of archive.read(1, 1e6))
    if (ruledOut === undefined) entries.push(sha256(frames.record.decode(bytes).statement!.statement));
  return entries;
}

const rootOf = (entries: readonly Uint8Array[]): Uint8Array => treeOfHashes(entries.map(leafHash)).root;
const data = (): string => hub.broker.home.auditorData;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Writes the records of the file again, in the order that `change` gives them. */
async function rewriteRecords(change: (records: Uint8Array[]) => readonly Uint8Array[]): Promise<void> {
  const path = join(data(), 'records');
  const file = await openAppendFile(path);
  const records: Uint8Array[] = [];
  for await (const { bytes } of file.read(1, 1e6)) records.push(Buffer.from(bytes));
  await file.close();
  for (const name of readdirSync(data())) if (/^records|^index/.test(name)) rmSync(join(data(), name));
  const again = await openAppendFile(path);
  await again.append(change(records));
  await again.close();
}

/** The broker loses the stream of records, but not that of checkpoints. */
async function loseLedger(): Promise<void> {
  const bus = await hub.broker.connect('auditor');
  await deleteStream(bus, 'LEDGER.auditor', 'LEDGER');
  await bus.close();
  await hub.broker.provisionAnew({ afterLoss: true });
}

describe('the log of the auditor', () => {
  test('its checkpoint is signed over the records in the order of the file, and the heartbeat names its size', async () => {
    auditor = await audit();
    await publishReports(3);
    const { checkpoint, frame } = await sealedAt(3);
    const entries = await entriesOf(auditor.archive);
    expect(hex(checkpoint.root)).toBe(hex(rootOf(entries)));
    await waitUntil(() => auditor?.heartbeat()?.size === 3);
    expect(auditor.heartbeat()).toMatchObject({ size: 3, count: 3 });
    expect(frame.cosignatures).toEqual([]);
  });

  test('each checkpoint proves that it follows from the one before', async () => {
    auditor = await audit();
    await publishReports(5);
    const seen = [await sealedAt(5)];
    await publishReports(2);
    await waitUntil(async () => {
      const found = (await publishedCheckpoint(hub))!;
      if (found.checkpoint.size !== seen.at(-1)!.checkpoint.size) seen.push(found);
      return found.checkpoint.size === 7;
    });
    for (const [at, later] of seen.slice(1).entries()) {
      expect(isConsistent(seen[at]!.checkpoint, later.checkpoint, later.frame.proof)).toBe(true);
      expect(later.frame.proof.length).toBeGreaterThan(0);
    }
  });

  test('after a restart the newest checkpoint stays until a record is added, and the next one follows from it', async () => {
    auditor = await audit();
    await publishReports(300);
    const before = await sealedAt(300);
    await auditor.stop();
    auditor = await audit();
    await waitUntil(() => auditor?.heartbeat() !== undefined);
    expect((await publishedCheckpoint(hub))?.frame.note).toBe(before.frame.note);
    await publishReports(1);
    const after = await sealedAt(301);
    expect(isConsistent(before.checkpoint, after.checkpoint, after.frame.proof)).toBe(true);
    expect(hex(after.checkpoint.root)).toBe(hex(rootOf(await entriesOf(auditor.archive))));
  });

  test('tiles that are lost or damaged are made again from the records', async () => {
    auditor = await audit();
    await publishReports(600);
    await sealedAt(600);
    await auditor.stop();
    rmSync(join(data(), 'log/1/tile/0/000'));
    writeFileSync(join(data(), 'log/1/tile/0/001'), Buffer.alloc(8_192));
    auditor = await audit();
    await publishReports(1);
    const { checkpoint } = await sealedAt(601);
    expect(hex(checkpoint.root)).toBe(hex(rootOf(await entriesOf(auditor.archive))));
    expect(auditor.alarms()).toEqual([]);
  });

  test('serves checkpoint, tiles and entries of the published tree to callers with a token', async () => {
    auditor = await audit();
    await publishReports(300);
    const { frame } = await sealedAt(300);
    const entries = await entriesOf(auditor.archive);
    const get = (path: string) => getFrom(auditor!, hub, { path });
    const bytesOf = async (path: string) => Buffer.from(await (await get(path)).arrayBuffer());
    await waitUntil(async () => (await get('checkpoint')).status === 200);
    const note = await get('checkpoint');
    expect(note.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await note.text()).toBe(frame.note);
    expect((await openNote(hub, frame.note!)).size).toBe(300);
    const tile = await get('tile/0/000');
    expect(tile.headers.get('content-type')).toBe('application/octet-stream');
    const leaves = Buffer.concat(entries.map(leafHash));
    expect(hex(Buffer.from(await tile.arrayBuffer()))).toBe(hex(leaves.subarray(0, 8_192)));
    expect(hex(await bytesOf('tile/0/001.p/44'))).toBe(hex(leaves.subarray(8_192)));
    expect(hex(await bytesOf('tile/0/000.p/7'))).toBe(hex(leaves.subarray(0, 7 * 32)));
    expect(hex(await bytesOf('tile/1/000.p/1'))).toBe(hex(rootOf(entries.slice(0, 256))));
    expect(parseEntryBundle(await bytesOf('tile/entries/000')).map(hex)).toEqual(
      entries.slice(0, 256).map(hex),
    );
    expect(parseEntryBundle(await bytesOf('tile/entries/001.p/44')).map(hex)).toEqual(
      entries.slice(256).map(hex),
    );
    for (const path of [
      'tile/0/001',
      'tile/0/001.p/45',
      'tile/0/002.p/1',
      'tile/1/000',
      'tile/2/000.p/1',
      'tile/0/1',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    const without = await getFrom(auditor, hub, { path: 'checkpoint', token: 'none' });
    expect(without.status).toBe(401);
  });
});

describe('records that are not those of the signed log', () => {
  async function sealedFile(): Promise<void> {
    auditor = await audit();
    await publishReports(54);
    await sealedAt(54);
    await auditor.stop();
    auditor = undefined;
  }

  test.each<[string, (records: Uint8Array[]) => readonly Uint8Array[], number]>([
    ['reversed', (records) => records.toReversed(), 1],
    ['two of them exchanged', (records) => records.toSpliced(10, 2, records[11]!, records[10]!), 11],
    ['one of them twice', (records) => [...records.slice(0, 20), ...records.slice(19, -1)], 21],
    ['one of them another one', (records) => records.toSpliced(30, 1, otherThan(records[30]!)), 31],
  ])(
    '%s: the auditor confirms and signs nothing, and names the first that differs',
    async (_, change, first) => {
      await sealedFile();
      const published = await publishedCheckpoint(hub);
      await rewriteRecords(change);
      auditor = await audit();
      await waitUntil(() => auditor!.alarms().includes('ledger-damaged ledger-damaged'));
      expect(auditor.reasons()).toContain('ledger-damaged');
      await publishReports(1);
      const { metrics } = auditor;
      const unsent = /heartbeat_failures_total\{code="ledger-damaged"\} [1-9]/;
      await waitUntil(async () => unsent.test(await metrics()));
      expect((await publishedCheckpoint(hub))?.frame.note).toBe(published?.frame.note);
      expect(auditor.logged()).toContain(`record ${first} `);
    },
  );

  test('fewer than the published checkpoint: the auditor signs nothing until they are back', async () => {
    await sealedFile();
    const published = await publishedCheckpoint(hub);
    const kept = mkdtempSync(join(tmpdir(), 'auditor-'));
    cpSync(data(), kept, { recursive: true });
    await rewriteRecords((records) => records.slice(0, 50));
    await loseLedger();
    auditor = await audit({ afterLoss: true });
    await waitUntil(() => auditor!.alarms().includes('ledger-rolled-back ledger-rolled-back'));
    await waitUntil(() => auditor?.heartbeat() !== undefined);
    expect((await publishedCheckpoint(hub))?.frame.note).toBe(published?.frame.note);
    await auditor.stop();
    auditor = await audit({ data: kept });
    await publishReports(1);
    const after = await sealedAt(55);
    expect(isConsistent(published!.checkpoint, after.checkpoint, after.frame.proof)).toBe(true);
    expect(auditor.alarms()).toEqual([]);
  });

  test('a copy of the disk from before a checkpoint signs nothing beside it', async () => {
    auditor = await audit();
    await publishReports(5);
    await sealedAt(5);
    await auditor.stop();
    const copy = mkdtempSync(join(tmpdir(), 'auditor-'));
    cpSync(data(), copy, { recursive: true });
    auditor = await audit();
    await publishReports(3);
    const published = await sealedAt(8);
    await auditor.stop();
    auditor = undefined;
    await loseLedger();
    auditor = await audit({ data: copy, afterLoss: true });
    await waitUntil(() => auditor!.alarms().includes('ledger-rolled-back ledger-rolled-back'));
    await waitUntil(() => auditor?.heartbeat() !== undefined);
    expect((await publishedCheckpoint(hub))?.frame).toMatchObject({
      note: published.frame.note,
      proof: published.frame.proof,
    });
    expect(auditor.heartbeat()).toMatchObject({ size: 8 });
  });
});

/** A record with another statement under the same place. */
function otherThan(packed: Uint8Array): Uint8Array {
  const entry = unpackEntry(packed);
  const record = frames.record.decode(entry.bytes);
  const statement = { statement: `${record.statement!.statement}x`, leaves: record.statement!.leaves };
  return packEntry({ ...entry, bytes: frames.record.encode(Object.assign(record, { statement })) });
}
