import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type JournalEntry, readJournal } from './read-journal.js';

/** What one write or truncation changes; a write lies within one block. */
interface FileChange {
  readonly at: number;
  /** Undefined: the file is truncated to the length `at`. */
  readonly bytes: Buffer | undefined;
}

/** Changes that are not flushed yet, in their order. */
interface Unflushed<T> {
  readonly entries: { readonly seq: number; readonly change: T }[];
}

interface ReplayedFile extends Unflushed<FileChange> {
  /** The flushed content, with room to grow behind it; undefined while it is that of the file in `base`. */
  content: { readonly room: Buffer; readonly length: number } | undefined;
  /** Its path in `base`. */
  readonly from: string | undefined;
}

/** A change of the names in a folder; `file` undefined: the name is removed. */
interface NameChange {
  readonly path: string;
  readonly file: ReplayedFile | undefined;
  readonly moved?: string;
}

interface ReplayParams {
  /** The folder whose changes the journals have. */
  readonly root: string;
  /** A copy of the folder as it was when the processes started: all of it is on disk. */
  readonly base: string;
  /** Of the processes; each changes files of its own. */
  readonly journals: readonly string[];
  /** Random numbers from 0 to 1, which decide what of the unflushed is on disk. */
  readonly random: () => number;
  /** True for a flush that is left out, as if the process had never asked for it. */
  readonly isLeftOut?: (flush: { readonly canWrite: boolean }) => boolean;
}

const BLOCK = 4_096;

/**
 * Writes into `target` what a power cut at the end of the journal left of a folder: of each file what was flushed, and of the
 * other writes and truncations, in blocks of 4 KiB, a random subset; of the names in a folder what was flushed with it, and of
 * the later changes a random number of the first ones.
 */
export function replayPowerCut(params: ReplayParams, target: string): void {
  const { base, random } = params;
  const names = new Map(filesIn(base).map((path) => [path, fileFrom(join(base, path))]));
  const disk = replay(params, names);
  for (const { entries } of disk.folders.values()) {
    const kept = Math.floor(random() * (entries.length + 1));
    for (const { change } of entries.slice(0, kept)) rename(disk.names, change);
  }
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const [path, file] of disk.names) {
    if (path.endsWith('-shm')) continue;
    const place = join(target, path);
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    if (file.content === undefined && file.from !== undefined && file.entries.length === 0)
      copyFileSync(file.from, place);
    else {
      for (const { change } of file.entries) if (random() < 0.5) apply(file, change);
      const { room, length } = contentOf(file);
      writeFileSync(place, room.subarray(0, length), { mode: 0o600 });
    }
  }
}

/** What the journals say, as far as they were read. */
interface Disk extends Pick<ReplayParams, 'root'> {
  readonly isLeftOut: NonNullable<ReplayParams['isLeftOut']>;
  /** The names as the processes see them. */
  readonly live: Map<string, ReplayedFile>;
  /** The names that are on disk. */
  readonly names: Map<string, ReplayedFile>;
  readonly folders: Map<string, Unflushed<NameChange>>;
  /** The opened files, and the paths of the opened folders. */
  readonly opened: Map<bigint, ReplayedFile | string>;
  /** The last change before each flush began. */
  readonly begun: Map<bigint, number>;
  changes: number;
}

function replay(params: ReplayParams, live: Map<string, ReplayedFile>): Disk {
  const disk: Disk = {
    root: params.root,
    isLeftOut: params.isLeftOut ?? (() => false),
    live,
    names: new Map(live),
    folders: new Map(),
    opened: new Map(),
    begun: new Map(),
    changes: 0,
  };
  for (const journal of params.journals)
    for (const entry of readJournal(journal)) STEPS[entry.type]?.(disk, entry);
  return disk;
}

/** What each type of entry does, as `journal.c` lists them. */
const STEPS: Readonly<Record<string, (disk: Disk, entry: JournalEntry) => void>> = {
  C: (disk, { inode, path }) => {
    const file: ReplayedFile = { content: undefined, from: undefined, entries: [] };
    const name = relative(disk.root, path);
    disk.opened.set(inode, file);
    disk.live.set(name, file);
    changeName(disk, { path: name, file });
  },
  N: ({ opened, live, root }, { inode, path }) => {
    const name = relative(root, path);
    opened.set(inode, live.get(name) ?? join('/', name));
  },
  W: (disk, { inode, number, bytes }) => {
    for (let done = 0; done < bytes.length; ) {
      const at = Number(number) + done;
      const length = Math.min(bytes.length - done, BLOCK - (at % BLOCK));
      changeFile(disk, inode, { at, bytes: bytes.subarray(done, done + length) });
      done += length;
    }
  },
  T: (disk, { inode, number }) => changeFile(disk, inode, { at: Number(number), bytes: undefined }),
  B: ({ begun, changes }, { number }) => void begun.set(number, changes),
  E: ({ opened, begun, folders, names, isLeftOut }, { inode, number, canWrite }) => {
    const flushed = opened.get(inode);
    const upTo = begun.get(number) ?? 0;
    if (typeof flushed === 'string')
      for (const change of take(folders.get(flushed), upTo)) rename(names, change);
    else if (flushed !== undefined && !isLeftOut({ canWrite }))
      for (const change of take(flushed, upTo)) apply(flushed, change);
  },
  R: (disk, { path, to }) => {
    const [from, name] = [relative(disk.root, path), relative(disk.root, to)];
    const file = disk.live.get(from);
    if (file === undefined) return;
    disk.live.delete(from);
    disk.live.set(name, file);
    changeName(disk, { path: name, file, moved: from });
  },
  U: (disk, { path }) => {
    const name = relative(disk.root, path);
    disk.live.delete(name);
    changeName(disk, { path: name, file: undefined });
  },
};

function changeFile(disk: Disk, inode: bigint, change: FileChange): void {
  const file = disk.opened.get(inode);
  if (typeof file === 'object') file.entries.push({ seq: (disk.changes += 1), change });
}

function changeName(disk: Disk, change: NameChange): void {
  const folder = dirname(join('/', change.path));
  const unflushed = disk.folders.get(folder) ?? { entries: [] };
  disk.folders.set(folder, unflushed);
  unflushed.entries.push({ seq: (disk.changes += 1), change });
}

/** Removes and returns the changes up to a number. */
function take<T>(unflushed: Unflushed<T> | undefined, upTo: number): readonly T[] {
  const entries = unflushed?.entries ?? [];
  const count = entries.findIndex(({ seq }) => seq > upTo);
  return entries.splice(0, count === -1 ? entries.length : count).map(({ change }) => change);
}

function rename(names: Map<string, ReplayedFile>, { path, file, moved }: NameChange): void {
  if (moved !== undefined) names.delete(moved);
  if (file === undefined) names.delete(path);
  else names.set(path, file);
}

function fileFrom(from: string): ReplayedFile {
  return { content: undefined, from, entries: [] };
}

function contentOf({ content, from }: ReplayedFile): NonNullable<ReplayedFile['content']> {
  if (content !== undefined) return content;
  const room = from === undefined ? Buffer.alloc(0) : readFileSync(from);
  return { room, length: room.length };
}

function apply(file: ReplayedFile, { at, bytes }: FileChange): void {
  const { room, length } = contentOf(file);
  const next = bytes === undefined ? at : Math.max(length, at + bytes.length);
  const grown = next <= room.length ? room : Buffer.concat([room], 2 * next + BLOCK);
  if (next > length) grown.fill(0, length, next);
  bytes?.copy(grown, at);
  file.content = { room: grown, length: next };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
