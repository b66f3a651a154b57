import { closeSync, openSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../kernel/errors.js';
import { checksumOf } from './checksum.js';
import { draftOf, flushToDisk, nameSnapshot } from './snapshot-files.js';
import { copyDatabase } from './sqlite.js';

interface TakeParams {
  /** How many snapshots are kept, including this one. */
  readonly keep: number;
  /** When it is taken, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Copies a consistent state of a database, to which another process is writing, into a snapshot beside it, without deleted
 * data. Blocks this process while SQLite copies. Throws `full` when the disk has no room for twice its size.
 */
export async function takeSnapshot(database: string, { keep, at }: TakeParams): Promise<void> {
  const draft = draftOf(database);
  checkRoom(database);
  try {
    rmSync(draft, { force: true });
    closeSync(openSync(draft, 'wx', 0o600));
    const version = copyDatabase(database, draft);
    const checksum = await checksumOf(draft);
    flushToDisk(draft);
    nameSnapshot(database, { version, at, checksum }, keep);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Throws `full` before a snapshot would use up the disk space that the router needs. */
function checkRoom(database: string): void {
  const { bavail, bsize } = statfsSync(dirname(database));
  if (bavail * bsize < 2 * statSync(database).size) throw fail('full', 'the disk has no room for a snapshot');
}
