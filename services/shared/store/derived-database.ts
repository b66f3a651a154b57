import { existsSync, renameSync } from 'node:fs';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { type RestoreParams, restoreSnapshot } from './snapshot-files.js';
import { type Database, openDatabase } from './sqlite.js';
import { isDamage } from './sqlite-error.js';

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
export function openDerived(path: string, params: OpenDerivedParams): Database {
  return openWhole(path, params) ?? openDatabase(path, params.migrations);
}

/**
 * Opens a database as `openDerived` does, but first replaces a missing or damaged one with its newest undamaged snapshot;
 * without a snapshot it creates an empty database.
 */
export async function openFromSnapshot(
  path: string,
  { onSkip, ...params }: OpenDerivedParams & Omit<RestoreParams, 'version'>,
): Promise<Database> {
  const restoring = { onSkip, version: params.migrations.length };
  for (;;) {
    const isThere = existsSync(path) || (await restoreSnapshot(path, restoring));
    const db = openWhole(path, params);
    if (db !== undefined) return db;
    if (!isThere) return openDatabase(path, params.migrations);
  }
}

/** Opens a database; moves it aside and returns undefined if it is damaged. */
function openWhole(path: string, { migrations, onAlarm }: OpenDerivedParams): Database | undefined {
  try {
    return openDatabase(path, migrations);
  } catch (error) {
    if (!isDamage(error)) throw error;
    putAside(path, onAlarm);
    return undefined;
  }
}

/** Renames a database that is closed to `<path>.damaged-<ms>`, and reports it. */
export function putAside(path: string, onAlarm: OnAlarm): void {
  const aside = `${path}.damaged-${Date.now()}`;
  // Rename the database itself last: after a crash in between, the next start still finds it damaged.
  for (const part of ['-shm', '-wal', '']) {
    if (existsSync(path + part)) renameSync(path + part, aside + part);
  }
  onAlarm(fail('config-invalid', `\`${path}\` is damaged: it is replaced, the damaged one is \`${aside}\``));
}
