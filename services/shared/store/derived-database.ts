import { existsSync, renameSync } from 'node:fs';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { type Database, isDamage, openDatabase } from './sqlite.js';

/** Called when a damaged database was moved aside. */
export type OnAlarm = (alarm: LiaisonError) => void;

interface OpenDerivedParams {
  readonly migrations: readonly string[];
  readonly onAlarm: OnAlarm;
}

/**
 * Opens a database whose content can be rebuilt. A damaged one is renamed to `<path>.damaged-<ms>` and an empty one created.
 * Throws `config-invalid` when a newer program wrote it.
 */
export function openDerived(path: string, { migrations, onAlarm }: OpenDerivedParams): Database {
  try {
    return openDatabase(path, migrations);
  } catch (error) {
    if (!isDamage(error)) throw error;
    putAside(path, onAlarm);
    return openDatabase(path, migrations);
  }
}

/** Renames a database that is closed to `<path>.damaged-<ms>`, and reports it. */
export function putAside(path: string, onAlarm: OnAlarm): void {
  const aside = `${path}.damaged-${Date.now()}`;
  // The database itself is renamed last: after a crash in between it is still found damaged.
  for (const part of ['-shm', '-wal', '']) {
    if (existsSync(path + part)) renameSync(path + part, aside + part);
  }
  onAlarm(
    fail('config-invalid', `\`${path}\` is damaged: a new one was created, the damaged one is \`${aside}\``),
  );
}
