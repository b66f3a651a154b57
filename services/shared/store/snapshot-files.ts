import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checksumOf } from './checksum.js';

/** A complete copy of a database in the same folder, named `<database>.snapshot-<version>-<ms>-<checksum>`. */
export interface SnapshotFile {
  readonly path: string;
  /** Version of the schema. */
  readonly version: number;
  /** When it was taken, in milliseconds since the epoch. */
  readonly at: number;
  /** As `checksumOf` returns it. */
  readonly checksum: string;
}

/** Returns the path of a snapshot that is being written; a killed process may leave such a file behind. */
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

/** Flushes a complete draft to disk and renames it to a snapshot. Deletes all but the newest `keep` snapshots. */
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

/** Options for choosing a snapshot. */
export interface RestoreParams {
  /** The newest schema version that this program reads. */
  readonly version: number;
  /** Called with the reason why a snapshot is skipped. */
  readonly onSkip: (reason: string) => void;
}

/**
 * Restores a missing database from its newest undamaged snapshot; false if there is none. Moves the snapshot instead of
 * copying it, so that the size does not matter and an unusable snapshot is not tried again.
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
      // Delete the log of the lost database, or SQLite would apply it to the restored one.
      for (const part of ['-wal', '-shm']) rmSync(database + part, { force: true });
      renameSync(snapshot.path, database);
      flushToDisk(dirname(database));
      return true;
    }
  }
  return false;
}
