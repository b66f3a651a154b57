import { closeSync, openSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../kernel/errors.js';
import { checksumOf } from './checksum.js';
import { draftOf, flushToDisk, nameSnapshot } from './snapshot-files.js';
import { copyDatabase } from './sqlite.js';

interface TakeParams {
  /** How many snapshots stay, this one included. */
  readonly keep: number;
  /** When it is taken, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Copies a database that another process is writing to into a snapshot beside it: one state of it, without what was deleted.
 * Blocks this process while SQLite copies. Throws `full` when the disk has no room for twice its size.
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

/** A snapshot must not take the last room of the process that it is for. */
function checkRoom(database: string): void {
  const { bavail, bsize } = statfsSync(dirname(database));
  if (bavail * bsize < 2 * statSync(database).size) throw fail('full', 'the disk has no room for a snapshot');
}
