import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checksumOf } from './checksum.js';

/** A complete copy of a database beside it; its name says what it is: `<database>.snapshot-<version>-<ms>-<checksum>`. */
export interface SnapshotFile {
  readonly path: string;
  /** Version of the schema. */
  readonly version: number;
  /** When it was taken, in milliseconds since the epoch. */
  readonly at: number;
  /** As `checksumOf` returns it. */
  readonly checksum: string;
}

/** The name of a snapshot that is being written; a killed process may leave one. */
export const draftOf = (database: string): string => `${database}.snapshot-draft`;

const NAME = /^\.snapshot-(\d{1,6})-(\d{13})-(\d{1,16}-[0-9a-f]{8})$/;

/** Lists the snapshots of a database, newest first. */
export function snapshotsOf(database: string): readonly SnapshotFile[] {
  const [folder, own] = [dirname(database), basename(database)];
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder).flatMap((name): SnapshotFile[] => {
    const [, version, at, checksum] = (name.startsWith(own) && name.slice(own.length).match(NAME)) || [];
    if (version === undefined || at === undefined || checksum === undefined) return [];
    return [{ path: join(folder, name), version: Number(version), at: Number(at), checksum }];
  });
  return found.toSorted((one, other) => other.at - one.at);
}

/** Flushes a file, or the names in a folder, to disk. */
export function flushToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Gives a complete draft, flushed to disk, the name of a snapshot. Deletes all but the newest `keep`. */
export function nameSnapshot(
  database: string,
  { version, at, checksum }: Omit<SnapshotFile, 'path'>,
  keep: number,
): void {
  const time = String(at).padStart(13, '0');
  renameSync(draftOf(database), `${database}.snapshot-${version}-${time}-${checksum}`);
  flushToDisk(dirname(database));
  for (const { path } of snapshotsOf(database).slice(keep)) rmSync(path, { force: true });
}

/** How a snapshot is chosen. */
export interface RestoreParams {
  /** The newest version of the schema that this program reads. */
  readonly version: number;
  /** Called with why a snapshot is not used. */
  readonly onSkip: (reason: string) => void;
}

/**
 * Puts the newest whole snapshot in the place of a missing database; false when there is none. The snapshot is moved, not
 * copied, so that a start takes the same time however large it is, and one that turns out to be unusable is not tried again.
 */
export async function restoreSnapshot(
  database: string,
  { version, onSkip }: RestoreParams,
): Promise<boolean> {
  for (const snapshot of snapshotsOf(database)) {
    const name = basename(snapshot.path);
    if (snapshot.version > version) onSkip(`\`${name}\` was written by a newer program`);
    else if ((await checksumOf(snapshot.path)) !== snapshot.checksum) onSkip(`\`${name}\` is damaged`);
    else {
      // A log that a deleted database left behind would be read as that of the restored one.
      for (const part of ['-wal', '-shm']) rmSync(database + part, { force: true });
      renameSync(snapshot.path, database);
      flushToDisk(dirname(database));
      return true;
    }
  }
  return false;
}
