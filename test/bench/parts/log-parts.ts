import { join } from 'node:path';
import { type Archive, openArchive } from '../../../services/auditor/archive.js';
import { createLogTree, type LogTree, openLogTree } from '../../../services/auditor/log/log-tree.js';
import { createSealer, type Sealer } from '../../../services/auditor/log/sealer.js';
import { createTileStore, type TileStore } from '../../../services/auditor/log/tile-store.js';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { createAlarms } from '../../../services/shared/runtime/alarms.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { createMeter } from '../../../services/shared/runtime/meter.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { consistencyProof, inclusionProof, rootAt } from '../../../services/shared/tlog/tree-proof.js';
import { isIncluded } from '../../../services/shared/tlog/verify-proof.js';
import { readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { leafHash, nodeHash } from '../../../services/shared/trust/merkle.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { type Figures, figuresOf } from '../figures.js';
import { appendName } from './ledger-parts.js';
import type { ComparedPart } from './parts-figures.js';

/** Records that are sealed at once: those of one frame, and those of a second at 1,000 a second. */
const SEALED = [64, 1_000] as const;
/** Generated entries that are taken into the tree before its full tiles are written. */
const STEP = 16_384;

interface SealingDeps {
  readonly home: Home;
  readonly directory: Directory;
  /** A connection that may read CHECKPOINT. */
  readonly core: Bus;
}

/** Returns the parts that append records to the auditor's file and sign a checkpoint over them, as the auditor does. */
export async function sealingParts(
  { home, directory, core }: SealingDeps,
  record: Uint8Array,
): Promise<{ readonly parts: readonly ComparedPart[]; readonly close: () => Promise<void> }> {
  const archive = await openArchive(join(home.auditorData, 'bench'));
  const sealer = await openSealer({ home, directory, core }, archive);
  const numbered = numberRecords(record);
  const parts = SEALED.map((size) => ({
    name: `append and seal, batches of ${size}`,
    operations: size,
    to: appendName(64),
    ...(size === 1_000 ? { headline: true as const } : {}),
    prepare: () => async (): Promise<void> => {
      const first = archive.count() + 1;
      const subject = 'ledger.alfa';
      await archive.keep(
        Array.from({ length: size }, (_, at) => {
          return { epoch: 'e', seq: first + at, subject, bytes: numbered(first + at) };
        }),
      );
      await sealer.seal();
    },
  }));
  const close = async (): Promise<void> => {
    await sealer.stop();
    await archive.close();
  };
  return { parts, close };
}

/** Returns a function that makes records differ: it writes a number over the end of the signature, which no part verifies. */
function numberRecords(record: Uint8Array): (number: number) => Uint8Array {
  const { statement = '' } = frames.record.decode(record).statement ?? {};
  const end = Buffer.from(record).indexOf(statement) + statement.length;
  return (number) => {
    const copy = Buffer.from(record);
    const digits = String(number).padStart(12, '0');
    copy.write(digits, end - digits.length, 'latin1');
    return copy;
  };
}

async function openSealer({ home, directory, core }: SealingDeps, archive: Archive): Promise<Sealer> {
  const logKey = await readByteSigner(home.hub('auditor', 'log.jwk'));
  const log = createLogger('bench', 'silent');
  const clock = (): Date => new Date();
  return createSealer({
    bus: core,
    archive,
    logFolder: join(home.auditorData, 'bench', 'log'),
    directory: () => directory,
    logKey: () => logKey,
    clock,
    log,
    alarms: createAlarms({ log, meter: createMeter(), clock }),
  });
}

/** A tree of generated entries whose tiles are on the disk. */
export interface GeneratedLog {
  readonly size: number;
  readonly tree: LogTree;
  readonly store: TileStore;
}

/** Fills a tree with this many generated entries. */
export async function generateLog(folder: string, size: number): Promise<GeneratedLog> {
  const store = createTileStore(folder);
  const tree = createLogTree(store);
  for (let number = 1; number <= size; number += 1) {
    const bytes = frames.record.encode({ statement: { statement: statementOf(number), leaves: [] } });
    tree.take({ epoch: 'e', seq: number, subject: 'ledger.alfa', number, bytes });
    if (number % STEP === 0) await tree.flush();
  }
  await tree.flush();
  return { size, tree, store };
}

const NODE = 'hash a node of a tree';

/** Returns the parts that open a log, and make and verify proofs in it, against one hash of its tree. */
export async function proofParts({ size, tree, store }: GeneratedLog): Promise<readonly ComparedPart[]> {
  const root = await rootAt(size, tree.node);
  const hash = leafHash(sha256(statementOf(size)));
  const index = size - 1;
  const path = await inclusionProof({ index, size }, tree.node);
  const entries = tree.lastEntries();
  const open = async (): Promise<void> => {
    const opened = openLogTree(store, { size, lastRecord: size, entries });
    await rootAt(size, opened.node);
  };
  const works = {
    'open the log at its newest checkpoint': open,
    'make an inclusion proof': () => inclusionProof({ index: anyBelow(size), size }, tree.node),
    'make a consistency proof': () => consistencyProof({ from: 1 + anyBelow(size), to: size }, tree.node),
    'verify an inclusion proof': () => isIncluded({ hash, index }, { size, root }, path),
  };
  return [
    { name: NODE, operations: 1, prepare: () => () => nodeHash(hash, root) },
    ...Object.entries(works).map(([name, work]) => ({ name, operations: 1, to: NODE, prepare: () => work })),
  ];
}

/** Returns how many hashes inclusion proofs of entries at random places have. */
export async function proofHashes({ size, tree }: GeneratedLog): Promise<Figures> {
  const lengths: number[] = [];
  for (let sample = 0; sample < 200; sample += 1)
    lengths.push((await inclusionProof({ index: anyBelow(size), size }, tree.node)).length);
  return figuresOf(lengths);
}

const statementOf = (number: number): string => `statement ${number}`;
const anyBelow = (size: number): number => Math.floor(Math.random() * size);
