import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Archive, openArchive } from '../../../services/auditor/archive.js';
import { createSealer, type Seal, type Sealer } from '../../../services/auditor/log/sealer.js';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { openCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { logKeysOf } from '../../../services/shared/tlog/log-keys.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { TILE_WIDTH } from '../../../services/shared/tlog/tiles.js';
import { type ByteSigner, readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { type Directory, openDirectory } from '../../../services/shared/trust/directory.js';
import { listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import { checkpointOf } from '../../../services/shared/wire/checkpoint-frame.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { nextDirectory } from '../../gateway/craft.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { type Hub, startHub } from '../hub.js';
import { openNote } from './shown-log.js';

interface OpenLog {
  readonly archive: Archive;
  readonly bus: Bus;
  readonly sealer: Sealer;
  readonly alarms: () => readonly string[];
  /** How often the records were read from the first one on. */
  readonly wholeReads: () => number;
}

const statementOf = (number: number): string => `statement ${number}`;

/** Appends the records up to this number, all of which the tests make alike. */
function keepUpTo(archive: Archive, last: number): Promise<void> {
  const first = archive.count() + 1;
  const entries = Array.from({ length: last - first + 1 }, (_, at) => {
    const statement = { statement: statementOf(first + at), leaves: [] };
    return {
      epoch: 'e',
      seq: first + at,
      subject: 'ledger.alfa',
      bytes: frames.record.encode({ statement }),
    };
  });
  return archive.keep(entries);
}

function rootOf(size: number): string {
  const leaves = Array.from({ length: size }, (_, at) => leafHash(sha256(statementOf(at + 1))));
  return Buffer.from(treeOfHashes(leaves).root).toString('hex');
}

async function openedHub(): Promise<Hub> {
  const hub = await startHub();
  onTestFinished(() => hub.close());
  return hub;
}

/** The directory and the key of the log that its auditor has now. */
interface Keys {
  directory: Directory;
  logKey: ByteSigner;
}

async function keysOf(hub: Hub): Promise<Keys> {
  const logKey = await readByteSigner(hub.broker.home.hub('auditor', 'log.jwk'));
  return { directory: hub.directory, logKey };
}

async function openLogIn(hub: Hub, folder: string, keys?: Keys): Promise<OpenLog> {
  const archive = await openArchive(folder);
  const bus = await hub.broker.connect('auditor');
  const now = keys ?? (await keysOf(hub));
  const alarms = alarmsFor();
  let wholeReads = 0;
  const read: Archive['read'] = (from, limit) => {
    if (from === 1) wholeReads += 1;
    return archive.read(from, limit);
  };
  const sealer = createSealer({
    bus,
    archive: { ...archive, read },
    logFolder: join(folder, 'log'),
    directory: () => now.directory,
    logKey: () => now.logKey,
    clock: () => new Date(),
    log: createLogger('auditor', 'silent'),
    alarms,
  });
  onTestFinished(async () => {
    await sealer.stop();
    await bus.close();
    await archive.close();
  });
  const named = (): readonly string[] => alarms.list().map(({ alarm }) => alarm);
  return { archive, bus, sealer, alarms: named, wholeReads: () => wholeReads };
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'auditor-'));

async function sealedRoot(hub: Hub, { note, size }: Seal): Promise<readonly [number, string]> {
  return [size, Buffer.from((await openNote(hub, note)).root).toString('hex')];
}

test('an older copy of the disk seals again without a restart, once the ledger brought its missing records', async () => {
  const hub = await openedHub();
  const [folder, copy] = [newFolder(), newFolder()];
  const first = await openLogIn(hub, folder);
  await keepUpTo(first.archive, 5);
  await first.sealer.seal();
  cpSync(folder, copy, { recursive: true });
  await keepUpTo(first.archive, 8);
  const seal = await first.sealer.seal();
  await publishLatest(first.bus, { subject: 'checkpoint', bytes: checkpointOf('a.b.c', seal) });

  const { archive, sealer, alarms } = await openLogIn(hub, copy);
  await keepUpTo(archive, 7);
  for (let pass = 0; pass < 3; pass += 1) expect(await sealer.seal()).toMatchObject({ note: seal.note });
  expect(alarms()).toEqual(['ledger-rolled-back']);
  await keepUpTo(archive, 9);
  expect(await sealedRoot(hub, await sealer.seal())).toEqual([9, rootOf(9)]);
  expect(alarms()).toEqual([]);
});

test('a disk that refuses a tile while records are taken in leaves each of them in the log once', async () => {
  const hub = await openedHub();
  const folder = newFolder();
  const { archive, sealer } = await openLogIn(hub, folder);
  const records = 33 * TILE_WIDTH;
  await keepUpTo(archive, records);
  writeFileSync(join(folder, 'log/1/tile'), '');
  for (let pass = 0; pass < 2; pass += 1) await expect(sealer.seal()).rejects.toThrow('ENOTDIR');
  rmSync(join(folder, 'log/1/tile'));
  expect(await sealedRoot(hub, await sealer.seal())).toEqual([records, rootOf(records)]);
});

test('a log whose tiles are lost is opened with two readings of its records: one compares, one makes the tiles', async () => {
  const hub = await openedHub();
  const [folder, copy] = [newFolder(), newFolder()];
  const first = await openLogIn(hub, folder);
  await keepUpTo(first.archive, TILE_WIDTH + 1);
  await first.sealer.seal();
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, 'log/1/tile'), { recursive: true });

  const { sealer, wholeReads } = await openLogIn(hub, copy);
  expect(await sealedRoot(hub, await sealer.seal())).toEqual([TILE_WIDTH + 1, rootOf(TILE_WIDTH + 1)]);
  await sealer.stop();
  expect(wholeReads()).toBe(2);
});

test('a quiet log whose key was revoked is signed anew by the key in force, keeps its cosignatures, and is signed once', async () => {
  const hub = await openedHub();
  const keys = await keysOf(hub);
  const { archive, bus, sealer } = await openLogIn(hub, newFolder(), keys);
  await keepUpTo(archive, 5);
  const publish = async (): Promise<Seal> => {
    const seal = await sealer.seal();
    await publishLatest(bus, { subject: 'checkpoint', bytes: checkpointOf('a.b.c', seal) });
    sealer.published(seal);
    return seal;
  };
  const first = await publish();
  const lines = await Promise.all(MEMBERS.map((org) => memberCosignature(hub.broker, org, first.note)));
  for (const line of lines) await sealer.cosigned.add({ size: 5, line });

  Object.assign(keys, await withNextLogKey(hub));
  const second = await publish();
  expect(second.note).not.toBe(first.note);
  expect(parseNote(second.note).text).toBe(parseNote(first.note).text);
  const inForce = logKeysOf(keys.directory, 'demo/liaison/1', new Date());
  await openCheckpoint(second.note, { origin: 'demo/liaison/1', keys: inForce });
  expect([second.cosignatures, sealer.cosigned.quorate()]).toEqual([lines, second.note + lines.join('')]);
  expect((await publish()).note).toBe(second.note);
});

const MEMBERS = ['afripol', 'europol', 'interpol'];

/** Revokes the log key, and lists another one that signs now. */
async function withNextLogKey({ broker, directory }: Hub): Promise<Keys> {
  const jwk = await generateKey('hub:log:2');
  const path = join(newFolder(), 'log.jwk');
  writeFileSync(path, JSON.stringify(jwk), { mode: 0o600 });
  const revokedAt = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
  const frame = await nextDirectory(broker, directory, ({ hub, ...source }) => {
    const now = hub.keys.find(({ kid }) => kid === 'hub:log:1')!;
    const next = { ...now, kid: jwk.kid, ...listedKeyOf(jwk) };
    const keys = hub.keys.map((key) => (key === now ? { ...key, revokedAt } : key));
    return { ...source, hub: { ...hub, keys: [...keys, next] } };
  });
  const anchor = JSON.parse(readFileSync(broker.home.anchor, 'utf8'));
  return { directory: await openDirectory(frame, anchor), logKey: await readByteSigner(path) };
}
