import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBase64 } from '../../shared/kernel/base64.js';
import { fail } from '../../shared/kernel/errors.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Recovery } from '../../shared/ledger/command/recovery.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { KeptEntry } from '../../shared/store/append/archived-entry.js';
import { syncFolder } from '../../shared/store/append/file-sync.js';
import { parseCheckpointText } from '../../shared/tlog/checkpoint.js';
import { begunLogOf } from '../../shared/verify/begun-life.js';
import { frames } from '../../shared/wire/frames.js';
import type { ShownEndedLife } from '../../shared/wire/shown-ledger.js';
import type { Archive } from '../archive.js';
import { type LogLife, openLifeFile } from '../log/life-file.js';
import { numberOfProposal } from '../log/recovery-order.js';
import { claimsOf } from '../record-facts.js';
import { type MirroredLogDeps, openMirroredLog } from './mirrored-log.js';
import { openSignedRootFile } from './signed-root-file.js';
import type { MirrorFiles } from './take-checkpoint.js';
import { withoutNumber } from './take-records.js';

/**
 * The copy of one life of the log, in a folder like that of an auditor. In a later life its records are in the order of the
 * entries: that of the order first.
 */
export interface MirroredLife extends MirrorFiles {
  readonly life: number;
  readonly archive: Archive;
  readonly logFolder: string;
  /** The numbers in this copy of the records of the order, once it has both. */
  begunBy(): LogLife['begunBy'];
  /** Stores `begunBy`, so that an auditor can continue the life from this folder. */
  noteOrder(): Promise<void>;
}

/** A later life of the log that the order of two operators began. */
export interface NextLife {
  readonly life: number;
  /** The checkpoint of it that the auditor shows. */
  readonly note: string;
  /** The record of the order, the first entry of the life; and that of its proposal. */
  readonly first: KeptEntry;
  readonly proposal: KeptEntry;
  readonly order: Recovery;
}

/** The lives of the log that a mirror has. */
export interface MirroredLives {
  /** The newest one. */
  present(): MirroredLife;
  all(): readonly MirroredLife[];
  /** The lives that the orders in this copy ended, and how many of their entries it has. */
  ended(): Promise<readonly ShownEndedLife[]>;
  /** Begins a later life beside the others. Throws `full` if there are enough. */
  begin(next: NextLife): Promise<void>;
  /** Closes the archives of later lives. */
  close(): Promise<void>;
}

/** What lives are opened with. */
export interface MirroredLivesDeps extends Omit<MirroredLogDeps, 'life' | 'archive' | 'logFolder'> {
  /** The folder of the first life, with a folder `lives` for the later ones. */
  readonly folder: string;
  /** The records of the first life. */
  readonly archive: Archive;
  /** Opens the records of a later one. */
  readonly openArchive: (folder: string) => Promise<Archive>;
  readonly alarms: Pick<Alarms, 'raise'>;
}

/** The most lives that a mirror keeps. */
export const MAX_LIVES = 8;

/** Opens every life on the disk; one whose order was not stored yet is begun anew. Throws as `openMirroredLog` does. */
export async function openMirroredLives(deps: MirroredLivesDeps): Promise<MirroredLives> {
  const lives = [await openLife({ life: 1, folder: deps.folder, archive: deps.archive }, deps)];
  for (const life of laterLives(deps.folder)) {
    const folder = folderOf(deps.folder, life);
    const archive = await deps.openArchive(folder);
    if (archive.count() === 0) await archive.close();
    else lives.push(await openLife({ life, folder, archive }, deps));
  }
  const present = (): MirroredLife => lives.at(-1) as MirroredLife;
  return {
    present,
    all: () => lives,
    ended: () => Promise.all(lives.slice(1).map((one) => endedBefore(one, lives))),
    begin: async (next) => {
      if (lives.length >= MAX_LIVES)
        throw fail('full', `this mirror has ${MAX_LIVES} lives of the log: move the folder of one away`);
      lives.push(await beginLife(next, present(), deps));
    },
    close: async () => {
      for (const { archive } of lives.slice(1)) await archive.close();
    },
  };
}

const folderOf = (folder: string, life: number): string => join(folder, 'lives', String(life));

function laterLives(folder: string): readonly number[] {
  const lives = join(folder, 'lives');
  const names = existsSync(lives) ? readdirSync(lives) : [];
  const numbers = names.filter((name) => /^[1-9][0-9]{0,5}$/.test(name)).map(Number);
  return numbers.toSorted((one, other) => one - other);
}

interface LifeParams {
  readonly life: number;
  readonly folder: string;
  readonly archive: Archive;
}

async function openLife(
  { life, folder, archive }: LifeParams,
  deps: MirroredLivesDeps,
): Promise<MirroredLife> {
  const logFolder = join(folder, 'log');
  const file = openLifeFile(logFolder);
  const mirrored = await openMirroredLog({ ...deps, life, archive, logFolder });
  const signedRoot = openSignedRootFile(mirrored.folder, ({ code }) =>
    deps.log.warn({ code }, 'the signed root on disk is not used'),
  );
  const begunBy = (): LogLife['begunBy'] => file.read().begunBy;
  return {
    life,
    archive,
    logFolder,
    mirrored,
    signedRoot,
    begunBy,
    noteOrder: async () => {
      if (life === 1 || begunBy() !== undefined) return;
      for await (const first of archive.read(1, 1)) {
        const proposal = numberOfProposal(first, archive);
        if (proposal !== undefined) await file.write({ life, begunBy: { record: first.number, proposal } });
      }
    },
  };
}

/** Stores the order as evidence and as the first record of the life. */
async function beginLife(
  next: NextLife,
  present: MirroredLife,
  deps: MirroredLivesDeps,
): Promise<MirroredLife> {
  const { life, first, order } = next;
  const folder = folderOf(deps.folder, life);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const evidence = await keepOrderFile(folder, next, { present, directory: deps.directory });
  for (const place of [folder, join(folder, '..'), deps.folder]) await syncFolder(place);
  const archive = await deps.openArchive(folder);
  try {
    if (archive.count() === 0) await archive.keep([withoutNumber(first)]);
    const begun = await openLife({ life, folder, archive }, deps);
    deps.alarms.raise('log-begun-anew', {}, { life, persons: order.persons, evidence });
    return begun;
  } catch (thrown) {
    await archive.close();
    throw thrown;
  }
}

interface OrderFileDeps extends Pick<MirroredLivesDeps, 'directory'> {
  readonly present: MirroredLife;
}

/** Keeps how the life began as a file that `liaison verify` reads; undefined where this mirror has no checkpoint of the life before. */
async function keepOrderFile(
  folder: string,
  { life, note, first, proposal }: NextLife,
  { present, directory }: OrderFileDeps,
): Promise<string | undefined> {
  const last = present.life === life - 1 ? present.mirrored.head()?.note : undefined;
  if (last === undefined) return undefined;
  const order = { proposal: encodeBase64(proposal.bytes), record: encodeBase64(first.bytes) };
  const path = join(folder, 'order.json');
  writeWhole(path, JSON.stringify(await begunLogOf([last, note], order, directory())));
  return path;
}

/** Says how the life before a later one ended, by the order that is its first record. */
async function endedBefore(
  { life, archive }: MirroredLife,
  lives: readonly MirroredLife[],
): Promise<ShownEndedLife> {
  let entries = 0;
  for await (const { bytes } of archive.read(1, 1)) {
    const { command: statement = '' } = frames.record.decode(bytes);
    entries = parseCheckpointText(String(claimsOf({ statement })['checkpoint'])).size;
  }
  const kept = lives.find((one) => one.life === life - 1)?.mirrored.tree.size() ?? 0;
  return { life: life - 1, entries, kept };
}
