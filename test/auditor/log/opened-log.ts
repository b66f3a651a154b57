import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type Archive, openArchive } from '../../../services/auditor/archive.js';
import type { Seal } from '../../../services/auditor/log/life-sealer.js';
import { createSealer, type Sealer } from '../../../services/auditor/log/sealer.js';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { type ByteSigner, readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import { type Directory, openDirectory } from '../../../services/shared/trust/directory.js';
import { listedKeyOf } from '../../../services/shared/trust/directory-key.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { leafHash, treeOfHashes } from '../../../services/shared/trust/merkle.js';
import { checkpointOf } from '../../../services/shared/wire/checkpoint-frame.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { alarmsFor } from '../../support/alarms-for.js';
import { nextDirectory } from '../../gateway/craft.js';
import { type Hub, startHub } from '../hub.js';
import { openNote } from './shown-log.js';

/** A log over records that the tests make, without an auditor around it. */
interface OpenLog {
  readonly archive: Archive;
  readonly bus: Bus;
  readonly sealer: Sealer;
  readonly alarms: () => readonly string[];
  /** The log lines about alarms. */
  readonly alarmLines: () => readonly string[];
  /** How often the records were read from the first one on. */
  readonly wholeReads: () => number;
}

export const statementOf = (number: number): string => `statement ${number}`;

/** Appends the records up to this number, all of which the tests make alike. */
export function keepUpTo(archive: Archive, last: number): Promise<void> {
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

/** The root of the log over the first records. */
export function rootOf(size: number): string {
  const leaves = Array.from({ length: size }, (_, at) => leafHash(sha256(statementOf(at + 1))));
  return Buffer.from(treeOfHashes(leaves).root).toString('hex');
}

/** Starts a hub that is closed after the test. */
export async function openedHub(): Promise<Hub> {
  const hub = await startHub();
  onTestFinished(() => hub.close());
  return hub;
}

/** The directory and the key of the log that its auditor has now. */
export interface LogKeys {
  directory: Directory;
  logKey: ByteSigner;
}

/** The keys that a home has at first. */
export async function keysOf(hub: Hub): Promise<LogKeys> {
  const logKey = await readByteSigner(hub.broker.home.hub('auditor', 'log.jwk'));
  return { directory: hub.directory, logKey };
}

/** Opens the log over the records in a folder; it is closed after the test. `witnesses` is a policy, the members by default. */
export async function openLogIn(
  hub: Hub,
  folder: string,
  { keys, witnesses }: { readonly keys?: LogKeys; readonly witnesses?: string } = {},
): Promise<OpenLog> {
  const archive = await openArchive(folder);
  const bus = await hub.broker.connect('auditor');
  const now = keys ?? (await keysOf(hub));
  const lines: string[] = [];
  const alarms = alarmsFor({ log: pino({ level: 'info' }, { write: (line) => void lines.push(line) }) });
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
    witnessPolicy: witnesses === undefined ? undefined : parseWitnessPolicy(witnesses),
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
  return { archive, bus, sealer, alarms: named, alarmLines: () => lines, wholeReads: () => wholeReads };
}

/** Opens a new log whose first checkpoint, that of the empty tree, every member has cosigned. */
export async function beginLogIn(hub: Hub, folder: string, keys?: LogKeys): Promise<OpenLog> {
  const log = await openLogIn(hub, folder, keys === undefined ? {} : { keys });
  await cosignByAll(hub, log.sealer, await publishSeal(log));
  return log;
}

/** Puts a seal into CHECKPOINT. */
export async function putSeal(bus: Bus, seal: Seal): Promise<void> {
  await publishLatest(bus, { subject: 'checkpoint', bytes: checkpointOf('a.b.c', seal) });
}

/** Seals and publishes as the auditor does. */
export async function publishSeal({ bus, sealer }: Pick<OpenLog, 'bus' | 'sealer'>): Promise<Seal> {
  const seal = await sealer.seal();
  await putSeal(bus, seal);
  sealer.published(seal);
  return seal;
}

/** Cosigns a seal with the witness of every member; returns the lines. */
export async function cosignByAll(
  hub: Hub,
  sealer: Sealer,
  { note, size }: Seal,
): Promise<readonly string[]> {
  const orgs = ['afripol', 'europol', 'interpol'];
  const lines = await Promise.all(orgs.map((org) => memberCosignature(hub.broker, org, note)));
  for (const line of lines) await sealer.cosigned.add({ size, line });
  return lines;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'auditor-'));

/** Verifies the note of a seal; resolves to its size and root. */
export async function sealedRoot(hub: Hub, { note, size }: Seal): Promise<readonly [number, string]> {
  return [size, Buffer.from((await openNote(hub, note)).root).toString('hex')];
}

/** Revokes the log key, and lists another one that signs now. */
export async function withNextLogKey({ broker, directory }: Hub): Promise<LogKeys> {
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
