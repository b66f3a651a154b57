import { encodeBase64url } from '../../kernel/base64url.js';
import { fail } from '../../kernel/errors.js';
import type { DirectoryPart } from '../../ledger/directory/directory-record.js';
import { TILE_WIDTH } from '../../tlog/tiles.js';
import { alignRecords, MAX_FAULTS, type RecordFault } from './align-records.js';
import type { ExportReader } from './export-reader.js';
import { EXPORT_FILES, type ExportManifest, recordsPath } from './layout.js';
import { indexOfEntry, readEntries } from './read-tree.js';
import type { CheckpointContext } from './verify-checkpoints.js';
import { type ReadLine, verifyLine } from './verify-line.js';

/** An export whose manifest and directory hold. */
export interface VerifyingExport extends CheckpointContext {
  readonly reader: ExportReader;
  readonly manifest: ExportManifest;
  readonly onProgress: (read: number, size: number) => void;
}

/** The most lines of one bundle: each entry once, and as many again that do not belong there. */
const MAX_LINES = 2 * TILE_WIDTH;

/** The most versions of the directory that are compared. */
const MAX_VERSIONS = 65_536;

/** Indexes of entries whose records are missing, without a gap. */
interface MissingRange {
  readonly first: number;
  last: number;
}

/** What was found in the bundles read so far. */
interface Found {
  records: number;
  readonly faults: RecordFault[];
  readonly missing: MissingRange[];
  /** Digests of bundles of policies, at most one more than the manifest lists. */
  readonly bundles: Set<string>;
  /** The digest that the first record about each version of the directory gives it. */
  readonly directories: Map<number, string>;
  /** The first record that gives a version another digest. */
  fork: DirectoryPart | undefined;
}

/** Adds whether the records are those of the log, in its order and as they were signed, or else a line for each fault. */
export async function verifyExportedRecords(verifying: VerifyingExport): Promise<void> {
  const { manifest, claims } = verifying;
  const { size, shown } = manifest;
  const found = nothingFound();
  const isCut = await readBundles(verifying, found);
  const faults = [...found.faults, ...found.missing.map((range) => missingFault(range, size))];
  for (const { code, where, detail } of faults.slice(0, MAX_FAULTS))
    await claims.check({ claim: 'record', where, says: 'the records are those of the log' }, () => {
      throw fail(code, detail);
    });
  const about = { claim: 'record', where: 'records' } as const;
  if (isCut)
    claims.unproved({ ...about, says: 'the other records are those of the log', detail: 'not read' });
  if (isCut || faults.length > 0) return;
  const whose = shown === 'federation' ? '' : ` (those of ${shown})`;
  const says = `the hub signed ${found.records} records, each an entry of the log in its order${whose}`;
  await claims.check({ ...about, says }, () => {});
  await claimDirectory(verifying, found);
  if (shown !== 'federation') {
    const detail = 'an entry does not say whom its record is about';
    claims.unproved({ ...about, says: `no record of ${shown} was left out`, detail });
  }
  await claims.check(
    { ...about, says: `the reports name the listed bundles of policies: ${found.bundles.size}` },
    () => {
      if (manifest.bundles.join() !== [...found.bundles].toSorted().join())
        throw fail('digest-mismatch', 'the manifest lists other bundles');
    },
  );
}

function nothingFound(): Found {
  const none = { faults: [], missing: [], bundles: new Set<string>() };
  return { ...none, records: 0, directories: new Map(), fork: undefined };
}

/**
 * Adds whether the records name one directory for each version, and for the version of the exported directory that one; nothing
 * without such records.
 */
async function claimDirectory(
  { claims, directory: { version, digest } }: VerifyingExport,
  { directories, fork }: Found,
): Promise<void> {
  const named = directories.get(version);
  const exported = `the ledger has version ${version} of the directory as it is in the export`;
  if (named !== undefined)
    await claims.check({ claim: 'directory', where: EXPORT_FILES.directory, says: exported }, () => {
      if (named !== digest)
        throw fail('statement-conflict', `a record names another version ${version}: ${named}`);
    });
  const says = 'the records name one directory for each version of it';
  if (directories.size > 0)
    await claims.check({ claim: 'directory', where: 'records', says }, () => {
      if (directories.size > MAX_VERSIONS)
        throw fail('oversize', `records name more than ${MAX_VERSIONS} versions`);
      if (fork === undefined) return;
      const two = `${directories.get(fork.version)} and ${fork.digest}`;
      throw fail('statement-conflict', `records name two directories of version ${fork.version}: ${two}`);
    });
}

/** Notes what a record says about a version of the directory. */
function noteDirectory(found: Found, about: DirectoryPart): void {
  const { directories } = found;
  const first = directories.get(about.version);
  if (first === undefined && directories.size <= MAX_VERSIONS) directories.set(about.version, about.digest);
  if (first !== undefined && first !== about.digest) found.fork ??= about;
}

/** Reads one bundle after the other; resolves to true if it stopped because of too many faults. */
async function readBundles(verifying: VerifyingExport, found: Found): Promise<boolean> {
  const { reader, manifest, onProgress } = verifying;
  const { size } = manifest;
  const count = Math.ceil(size / TILE_WIDTH);
  for (let index = 0; index < count; index += 1) {
    await readBundle(verifying, found, index);
    onProgress(Math.min(size, (index + 1) * TILE_WIDTH), size);
    if (found.faults.length + found.missing.length > MAX_FAULTS) return true;
  }
  for await (const _line of reader.lines(recordsPath(count))) {
    const detail = 'more records than the checkpoint has entries';
    found.faults.push({ code: 'record-foreign', where: recordsPath(count), detail });
    break;
  }
  return false;
}

async function readBundle(verifying: VerifyingExport, found: Found, index: number): Promise<void> {
  const { reader, manifest } = verifying;
  const { size, shown } = manifest;
  const path = recordsPath(index);
  const entries = (await readEntries(reader, index, size)).map(encodeBase64url);
  const lines = await readLines(verifying, path);
  const { faults, missing } = await alignRecords({
    first: index * TILE_WIDTH,
    entries,
    lines,
    path,
    isFull: shown === 'federation',
    // Reads all entries, for the few records that are out of place.
    isElsewhere: async (digest) => (await indexOfEntry(reader, manifest, digest)) !== undefined,
  });
  found.records += lines.length;
  found.faults.push(...faults);
  for (const { directory: about } of lines) if (about !== undefined) noteDirectory(found, about);
  for (const { bundle } of lines)
    if (bundle !== undefined && found.bundles.size <= manifest.bundles.length) found.bundles.add(bundle);
  for (const entry of missing) {
    const before = found.missing.at(-1);
    if (before?.last === entry - 1) before.last = entry;
    else found.missing.push({ first: entry, last: entry });
  }
}

async function readLines(
  { reader, directory, manifest: { shown } }: VerifyingExport,
  path: string,
): Promise<readonly ReadLine[]> {
  const lines: ReadLine[] = [];
  for await (const line of reader.lines(path)) {
    if (lines.length === MAX_LINES) break;
    lines.push(await verifyLine(line, { directory, shown }));
  }
  return lines;
}

function missingFault({ first, last }: MissingRange, size: number): RecordFault {
  const which = first === last ? `entry ${first}` : `entries ${first} to ${last}`;
  const where = recordsPath(Math.floor(first / TILE_WIDTH));
  if (last === size - 1) return { code: 'log-truncated', where, detail: `ends before ${which}` };
  return { code: 'record-dropped', where, detail: `has no record of ${which}` };
}
