import { fail } from '../kernel/errors.js';
import { createOwnFile, loadSqlite } from './sqlite.js';
import { isBusy } from './sqlite-error.js';

const LOCK_TIMEOUT_MS = 5_000;

/**
 * Runs `work` while no other process holds the lock of this file, which is created if missing and stays empty. The system
 * releases the lock when its holder dies. Throws `busy` when another process holds it for five seconds.
 */
export function withFileLock<T>(path: string, work: () => T): T {
  createOwnFile(path);
  const db = new (loadSqlite().DatabaseSync)(path);
  try {
    db.exec(`PRAGMA busy_timeout = ${LOCK_TIMEOUT_MS}`);
    lock(() => db.exec('BEGIN EXCLUSIVE'), path);
    return work();
  } finally {
    db.close();
  }
}

function lock(begin: () => void, path: string): void {
  try {
    begin();
  } catch (error) {
    if (isBusy(error)) throw fail('busy', `\`${path}\` is held by another command`);
    throw error;
  }
}
