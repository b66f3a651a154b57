import { existsSync, renameSync } from 'node:fs';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { type Database, isDamage, openDatabase } from './sqlite.js';

export type OnAlarm = (alarm: LiaisonError) => void;

interface Deriving {
  readonly migrations: readonly string[];
  readonly onAlarm: OnAlarm;
}

/** Opens a database whose content is made again from elsewhere: a damaged one is put aside, and begun anew. */
export function openDerived(path: string, { migrations, onAlarm }: Deriving): Database {
  try {
    return openDatabase(path, migrations);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const aside = `${path}.damaged-${Date.now()}`;
    // The file goes last: whatever ends this between two of them, it is found damaged again.
    for (const part of ['-shm', '-wal', '']) {
      if (existsSync(path + part)) renameSync(path + part, aside + part);
    }
    onAlarm(fail('config-invalid', `\`${path}\` is damaged: begun anew, the damaged one is \`${aside}\``));
    return openDatabase(path, migrations);
  }
}
