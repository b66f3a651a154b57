import { join } from 'node:path';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import { type Checkpoint, type OpenedCheckpoint, originOf } from '../../shared/tlog/checkpoint.js';
import { countedLogKeys, logKeysOf } from '../../shared/tlog/log-keys.js';
import { witnessPolicyIn } from '../../shared/tlog/member-witnesses.js';
import { rootAt } from '../../shared/tlog/tree-proof.js';
import type { NoteKey } from '../../shared/tlog/vkey.js';
import { cosignaturesOn, isQuorate, type WitnessPolicy } from '../../shared/tlog/witness-policy.js';
import type { Clock } from '../../shared/kernel/clock.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { Archive } from '../archive.js';
import { checkRecords } from '../log/check-records.js';
import { type CosignedNotes, openCosignedNotes } from '../log/cosigned-notes.js';
import { type HeadFile, openHeadFile } from '../log/head-file.js';
import type { LogTree } from '../log/log-tree.js';
import { type OpenedLog, openSealedLog, takeRecords } from '../log/open-log.js';
import { createTileStore } from '../log/tile-store.js';

/** The copy of a log on the disk of a mirror, in the files that an auditor has. */
export interface MirroredLog {
  /** The folder of this life of the log. */
  readonly folder: string;
  readonly origin: string;
  readonly tree: LogTree;
  /** The newest checkpoint that the mirror took; undefined before the first. */
  head(): OpenedLog['head'];
  /** The cosignatures of witnesses over the checkpoints that the mirror took. */
  readonly cosigned: CosignedNotes;
  /** The keys that may sign a checkpoint now. */
  keys(): readonly NoteKey[];
  /** True if a quorum of witnesses cosigned a checkpoint; always where the policy requires none. Throws as `cosignaturesOn` does. */
  isQuorate(checkpoint: OpenedCheckpoint): Promise<boolean>;
  /** Stores the tree, which must be that of the checkpoint, and the note; resolves when both are fsynced. */
  follow(note: string, checkpoint: Checkpoint): Promise<void>;
  /** Throws `log-forked` if the tree had another root at the size of the checkpoint; passes for a larger checkpoint. */
  expectIn(checkpoint: Checkpoint): Promise<void>;
  /** Resolves to `ledger-damaged` if the records on disk are not those of the newest checkpoint that the mirror took. */
  check(): Promise<LiaisonError | undefined>;
}

/** What a mirrored log works with. */
export interface MirroredLogDeps {
  /** The life of the log that is opened, and its records in the order of their entries. */
  readonly life: number;
  readonly archive: Pick<Archive, 'read' | 'count'>;
  /** The folder that has, or gets, the folder of this life. */
  readonly logFolder: string;
  readonly directory: () => Directory;
  readonly witnessPolicy?: WitnessPolicy | undefined;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly signal: AbortSignal;
}

/** Opens the copy. Throws `ledger-damaged` and `ledger-rolled-back` if the disk lost what it had. */
export async function openMirroredLog(deps: MirroredLogDeps): Promise<MirroredLog> {
  const { life, archive, logFolder, directory, log, signal } = deps;
  const folder = join(logFolder, String(life));
  const origin = originOf(directory().federation, life);
  const [file, store, policy] = [openHeadFile(folder), createTileStore(folder), witnessPolicyIn(deps)];
  const keys = logKeysOf(directory(), origin);
  const opened = await openSealedLog({ archive, store, file, origin, keys, signal });
  const { tree } = opened;
  await takeRecords(tree, archive, archive.count());
  const cosigned = openCosignedNotes(folder, policy, ({ code, message }) =>
    log.warn({ code }, `the cosigned checkpoint on disk is not used: ${message}`),
  );
  let { head } = opened;
  if (head !== undefined) cosigned.published(head.note);
  return {
    folder,
    origin,
    tree,
    head: () => head,
    cosigned,
    keys: () => logKeysNow(policy(), deps, origin),
    isQuorate: async ({ note }) => isQuorate(policy(), await cosignaturesOn(note, policy())),
    follow: async (note, checkpoint) => {
      head = await followInto(file, tree, { note, checkpoint });
    },
    expectIn: async ({ size, root }) => {
      if (size > tree.size() || Buffer.from(await rootAt(size, tree.node)).equals(root)) return;
      throw fail('log-forked', `the auditor shows another root of ${size} entries than this mirror has`);
    },
    check: async () =>
      opened.head === undefined || opened.isChecked
        ? undefined
        : checkRecords(opened.head.checkpoint, { archive, store, lastEntries: opened.head.entries, signal }),
  };
}

/** Returns the keys that may sign a checkpoint of a log now: those that the policy names, else those of the directory in force. */
export function logKeysNow(
  { logs }: WitnessPolicy,
  { directory, clock }: Pick<MirroredLogDeps, 'directory' | 'clock'>,
  origin: string,
): readonly NoteKey[] {
  return logs.length > 0
    ? countedLogKeys({ logs }, directory(), origin)
    : logKeysOf(directory(), origin, clock());
}

async function followInto(
  file: HeadFile,
  tree: LogTree,
  { note, checkpoint }: { readonly note: string; readonly checkpoint: Checkpoint },
): Promise<OpenedLog['head']> {
  await tree.flush();
  // Without the proof from an earlier checkpoint: witnesses ask the auditor for the one that they need.
  const stored = { note, records: tree.lastRecord(), proof: [], entries: tree.lastEntries() };
  await file.write(stored);
  return { ...stored, checkpoint };
}
