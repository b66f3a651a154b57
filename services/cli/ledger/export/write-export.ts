import { mkdirSync, readdirSync, renameSync, rmSync, existsSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { encodeBase64url } from '../../../shared/kernel/base64url.js';
import { fail } from '../../../shared/kernel/errors.js';
import { writeWhole } from '../../../shared/kernel/write-whole.js';
import { syncFolder } from '../../../shared/store/append/file-sync.js';
import { type Checkpoint, parseCheckpointText } from '../../../shared/tlog/checkpoint.js';
import { lifeOf } from '../../../shared/tlog/log-life.js';
import { parseNote } from '../../../shared/tlog/signed-note.js';
import {
  parseEntryBundle,
  type Tile,
  TILE_WIDTH,
  tilePath,
  tilesOf,
  tileWidth,
} from '../../../shared/tlog/tiles.js';
import { digest } from '../../../shared/trust/digest.js';
import type { Directory } from '../../../shared/trust/directory.js';
import { showDirectory } from '../../../shared/trust/directory/shown-directory.js';
import {
  EXPORT_FILES,
  type ExportManifest,
  recordsPath,
  signedRootJson,
} from '../../../shared/verify/ledger-export/layout.js';
import {
  policyBundleIn,
  formatRecordLine,
  isOwnRecord,
  statementIn,
} from '../../../shared/verify/ledger-export/record-line.js';
import { withWriteErrors } from '../../home/file-errors.js';
import type { ExportSource } from './export-source.js';

interface WriteExportParams {
  readonly source: ExportSource;
  readonly directory: Directory;
  readonly shown: ExportManifest['shown'];
  /** Called after each tile and bundle with the number of records written and the total; may throw to stop. */
  readonly onProgress: (written: number, size: number) => void;
}

/**
 * Writes an export of the log up to its newest cosigned checkpoint. The folder has the suffix `.partial` until the export is
 * complete and fsynced, and is removed after a failure. Throws `usage` for a folder that is not empty or whose `.partial`
 * folder exists, and `ledger-damaged` if the auditor's records are not those of its log.
 */
export async function writeExport(path: string, params: WriteExportParams): Promise<ExportManifest> {
  const folder = resolve(path);
  const partial = `${folder}.partial`;
  requireFree(folder, partial);
  withWriteErrors(partial, () => mkdirSync(partial, { mode: 0o700 }));
  try {
    const manifest = await writeInto(partial, params);
    await syncFolders(partial);
    renameSync(partial, folder);
    await syncFolder(dirname(folder));
    return manifest;
  } catch (thrown) {
    rmSync(partial, { recursive: true, force: true });
    throw thrown;
  }
}

/** Fsyncs a folder and those in it: a file whose name is not durable is not there after a power cut. */
async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  await syncFolder(folder);
}

function requireFree(folder: string, partial: string): void {
  const isFree = !existsSync(folder) || (statSync(folder).isDirectory() && readdirSync(folder).length === 0);
  if (!isFree) throw fail('usage', `\`${folder}\` is not an empty folder`);
  if (existsSync(partial))
    throw fail(
      'usage',
      `\`${partial}\` is left from an export that was cut off, or is being written by another one: remove it if none runs`,
    );
}

async function writeInto(folder: string, params: WriteExportParams): Promise<ExportManifest> {
  const { source, directory, shown, onProgress } = params;
  const { note, root } = await source.checkpoint();
  const { origin, size } = parseCheckpointText(parseNote(note).text);
  for (const tile of tilesOf(size)) {
    await writeTile(folder, tile, source);
    onProgress(0, size);
  }
  const bundles = await writeRecords(folder, { ...params, origin, size });
  const manifest = { kind: 'ledger-export', origin, size, shown, bundles } as const;
  writeWhole(join(folder, EXPORT_FILES.checkpoint), Buffer.from(note));
  if (root !== undefined) writeWhole(join(folder, EXPORT_FILES.cose), signedRootJson(root));
  writeWhole(join(folder, EXPORT_FILES.directory), JSON.stringify(shownDirectory(directory, shown)));
  writeWhole(join(folder, EXPORT_FILES.manifest), JSON.stringify(manifest));
  return manifest;
}

/** The keys of all members and the hub; names of persons only for the federation, whose records hold their commands. */
function shownDirectory({ frame, organisations, hub }: Directory, shown: ExportManifest['shown']) {
  const persons = shown === 'federation' ? hub.keys.map(({ kid }) => kid) : [];
  return showDirectory(frame, { organisations: new Set(organisations.keys()), persons: new Set(persons) });
}

async function writeTile(folder: string, tile: Tile, source: ExportSource): Promise<void> {
  const file = join(folder, tilePath(tile));
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  writeWhole(file, await source.tile(tile));
}

type RecordsParams = WriteExportParams & Pick<Checkpoint, 'origin' | 'size'>;

/** Writes the records by bundles of 256 entries, one line at a time; resolves to the bundles of policies that they name. */
async function writeRecords(folder: string, params: RecordsParams): Promise<readonly string[]> {
  const { shown, size, onProgress } = params;
  const named = new Set<string>();
  const bundles = createBundles(folder, size);
  let index = 0;
  try {
    for await (const bytes of size === 0 ? [] : inLogOrder(folder, params)) {
      const { statement } = statementIn(bytes);
      await bundles.expect(index, digest(statement));
      if (shown === 'federation' || isOwnRecord(bytes, shown)) {
        await bundles.write(formatRecordLine(bytes));
        const bundle = policyBundleIn(statement);
        if (bundle !== undefined) named.add(bundle);
      }
      index += 1;
      if (index % TILE_WIDTH === 0 || index === size) onProgress(index, size);
      if (index === size) break;
    }
  } finally {
    await bundles.close();
  }
  if (index < size)
    throw fail('ledger-damaged', `the auditor has ${index} of the ${size} records that its log has`);
  return [...named].toSorted();
}

/** Yields the records in the order of the log: that of the file, but a later life of the log begins with the order that began it. */
async function* inLogOrder(
  folder: string,
  { source, directory, origin, size }: RecordsParams,
): AsyncGenerator<Uint8Array> {
  if (lifeOf(origin, directory.federation) === 1) {
    yield* source.records();
    return;
  }
  const [entry = new Uint8Array()] = parseEntryBundle(await readTile(folder, 0, size));
  const first = encodeBase64url(entry);
  yield await source.record(first);
  for await (const bytes of source.records()) if (digest(statementIn(bytes).statement) !== first) yield bytes;
}

/** Keeps the file of the present bundle open. */
function createBundles(folder: string, size: number) {
  let file: FileHandle | undefined;
  let entries: readonly Uint8Array[] = [];
  const close = async (): Promise<void> => {
    await file?.sync();
    await file?.close();
    file = undefined;
  };
  return {
    close,
    /** Moves on to the bundle of this entry, and requires the record to be the one in the log. */
    expect: async (index: number, record: string): Promise<void> => {
      const [bundle, at] = [Math.floor(index / TILE_WIDTH), index % TILE_WIDTH];
      if (at === 0) {
        await close();
        const path = join(folder, recordsPath(bundle));
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        file = await open(path, 'wx', 0o600);
        entries = parseEntryBundle(await readTile(folder, bundle, size));
      }
      if (encodeBase64url(entries[at] ?? new Uint8Array()) === record) return;
      throw fail('ledger-damaged', `record ${index + 1} of the auditor is not entry ${index} of its log`);
    },
    write: async (line: string): Promise<void> => {
      await file?.writeFile(line);
    },
  };
}

async function readTile(folder: string, index: number, size: number): Promise<Uint8Array> {
  const tile = { level: 'entries', index, width: tileWidth({ level: 'entries', index }, size) } as const;
  return readFile(join(folder, tilePath(tile)));
}
