import { closeSync, openSync } from 'node:fs';
import { fail } from '../kernel/errors.js';
import { loadSqlite } from './sqlite.js';

const LOCK_TIMEOUT_MS = 5_000;
const SQLITE_BUSY = 5;

/**
 * Runs `work` while no other process holds the lock of this file, which is created if missing and stays empty. The system
 * releases the lock when its holder dies. Throws `busy` when another process holds it for five seconds.
 */
export function withFileLock<T>(path: string, work: () => T): T {
  closeSync(openSync(path, 'a', 0o600));
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
    const { errcode } = Object(error) as { readonly errcode?: unknown };
    if (errcode === SQLITE_BUSY) throw fail('busy', `\`${path}\` is held by another command`);
    throw error;
  }
}
