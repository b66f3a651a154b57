import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Archive, openArchive } from '../../../services/auditor/archive.js';
import { createLogTree, type LogTree, openLogTree } from '../../../services/auditor/log/log-tree.js';
import { createSealer, type Sealer } from '../../../services/auditor/log/sealer.js';
import { createTileStore, type TileStore } from '../../../services/auditor/log/tile-store.js';
import { createVerifyRecord } from '../../../services/auditor/verify-record.js';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { createAlarms } from '../../../services/shared/runtime/alarms.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { createMeter } from '../../../services/shared/runtime/meter.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { consistencyProof, inclusionProof, rootAt } from '../../../services/shared/tlog/tree-proof.js';
import { TILE_WIDTH, tilePath } from '../../../services/shared/tlog/tiles.js';
import { isIncluded } from '../../../services/shared/tlog/verify-proof.js';
import { readByteSigner } from '../../../services/shared/trust/byte-signer.js';
import { sha256 } from '../../../services/shared/trust/digest.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { leafHash, nodeHash } from '../../../services/shared/trust/merkle.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { figuresOf } from '../figures.js';
import type { Figure } from '../measurement.js';
import { appendName } from './ledger-parts.js';
import { memoryFigures } from './log-memory.js';
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

/** Returns the parts that do what the auditor does: verify a record, append records to its file, sign a checkpoint over them. */
export async function sealingParts(
  { home, directory, core }: SealingDeps,
  record: { readonly subject: string; readonly bytes: Uint8Array },
): Promise<{ readonly parts: readonly ComparedPart[]; readonly close: () => Promise<void> }> {
  const verify = createVerifyRecord({ directory: () => directory, clock: () => new Date() });
  const archive = await openArchive(join(home.auditorData, 'bench'));
  const sealer = await openSealer({ home, directory, core }, archive);
  const numbered = numberRecords(record.bytes);
  const sealing = SEALED.map((size) => ({
    name: `append and seal, batches of ${size}`,
    operations: size,
    to: appendName(64),
    ...(size === 1_000 ? { headline: true as const } : {}),
    prepare: () => async (): Promise<void> => {
      const first = archive.count() + 1;
      const { subject } = record;
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
  const verifying = { name: 'verify a record of 1 notice', operations: 1, to: appendName(64) };
  return { parts: [{ ...verifying, prepare: () => () => verify(record) }, ...sealing], close };
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
  readonly folder: string;
  readonly tree: LogTree;
  readonly store: TileStore;
}

/** Fills a tree with this many generated entries. */
export async function generateLog(folder: string, size: number): Promise<GeneratedLog> {
  const store = unsyncedStore(folder);
  const tree = createLogTree(store);
  for (let number = 1; number <= size; number += 1) {
    const bytes = frames.record.encode({ statement: { statement: statementOf(number), leaves: [] } });
    tree.take({ epoch: 'e', seq: number, subject: 'ledger.alfa', number, bytes });
    if (number % STEP === 0) await tree.flush();
  }
  await tree.flush();
  return { size, folder, tree, store };
}

/** A store that leaves its tiles to the system to write: generating ten million entries would flush 160,000 times. */
function unsyncedStore(folder: string): TileStore {
  return {
    ...createTileStore(folder),
    write: async (tile, bytes) => {
      const path = join(folder, tilePath({ ...tile, width: TILE_WIDTH }));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    },
  };
}

const NODE = 'hash a node of a tree';
const MAKE_PROOF = 'make an inclusion proof';

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
    [MAKE_PROOF]: () => inclusionProof({ index: anyBelow(size), size }, tree.node),
    'make a consistency proof': () => consistencyProof({ from: 1 + anyBelow(size), to: size }, tree.node),
    'verify an inclusion proof': () => isIncluded({ hash, index }, { size, root }, path),
  };
  return [
    { name: NODE, operations: 1, prepare: () => () => nodeHash(hash, root) },
    ...Object.entries(works).map(([name, work]) => {
      const headline = name === MAKE_PROOF ? { headline: true as const } : {};
      return { name, operations: 1, to: NODE, prepare: () => work, ...headline };
    }),
  ];
}

/** Measures how many hashes inclusion proofs of entries at random places have. */
export async function proofHashes({ tree }: GeneratedLog): Promise<Figure> {
  const lengths = (await proofsIn(tree)).map(({ length }) => length);
  return { name: 'hashes of an inclusion proof', unit: 'hashes', value: figuresOf(lengths) };
}

/** Measures what a log holds in memory once it was opened and asked for proofs, beside a log of a tenth of its size. */
export function logMemory({ size, folder, tree }: GeneratedLog, rounds: number): Promise<readonly Figure[]> {
  const smaller = Math.max(TILE_WIDTH, Math.floor(size / 10 / TILE_WIDTH) * TILE_WIDTH);
  const use = async (entries: number): Promise<LogTree> => {
    const last = entries === size ? tree.lastEntries() : [];
    const opened = openLogTree(createTileStore(folder), {
      size: entries,
      lastRecord: entries,
      entries: last,
    });
    await proofsIn(opened);
    return opened;
  };
  return memoryFigures([smaller, size], use, rounds);
}

const SAMPLES = 200;

async function proofsIn(tree: LogTree): Promise<readonly (readonly Uint8Array[])[]> {
  const size = tree.size();
  const proofs: (readonly Uint8Array[])[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1)
    proofs.push(await inclusionProof({ index: anyBelow(size), size }, tree.node));
  return proofs;
}

const statementOf = (number: number): string => `statement ${number}`;
const anyBelow = (size: number): number => Math.floor(Math.random() * size);
