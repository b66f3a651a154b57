import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { ensureFolder } from '../init/make-folder.js';
import { isAlive } from '../home/run-file.js';
import { writeFailure } from '../home/file-errors.js';

/** A held lock. */
interface Lock {
  readonly release: () => void;
}

/**
 * Locks a home for one `up` or `init`; takes over the lock of a process that died. Throws `busy` while another process holds
 * it, `usage` where it cannot be written.
 */
export function lockHome(home: Home): Lock {
  ensureFolder(home.root);
  return lock(join(home.root, 'up.lock'), (holder) =>
    fail(
      'busy',
      `\`${home.root}\` is in use by process ${holder}: only one command may start or create a home at a time`,
    ),
  );
}

/**
 * Locks the directory of a home for signing its next version, and the configuration of its broker, also while `up` runs. Throws as
 * `lockHome`.
 */
export function lockDirectory(home: Home): Lock {
  return lock(join(home.root, 'directory.lock'), (holder) =>
    fail(
      'busy',
      `process ${holder} is changing the directory or the accounts of \`${home.root}\`: try again when it has finished`,
    ),
  );
}

/** The name of the lock in the folder of a backup. */
export const BACKUP_LOCK = 'backup.lock';

/** Locks the folder of a backup, so that only one process writes into it. Throws as `lockHome`. */
export function lockBackup(folder: string): Lock {
  return lock(join(folder, BACKUP_LOCK), (holder) =>
    fail('busy', `process ${holder} is taking a backup into \`${folder}\``),
  );
}

function lock(path: string, busy: (holder: number | string) => LiaisonError): Lock {
  const mine = `${process.pid} ${startOf(process.pid)}\n`;
  for (let tries = 0; ; tries += 1) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFailure(path, error);
    }
    const holder = holderOf(path);
    if (holder !== undefined || tries > 2) throw busy(holder ?? 'unknown');
    rmSync(path, { force: true });
  }
}

function holderOf(path: string): number | undefined {
  const [pid = '', start = ''] = read(path).trim().split(' ');
  const number = Number(pid);
  // Compares the start time too, as the system reuses process ids.
  return pid !== '' && isAlive(number) && startOf(number) === start ? number : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Returns the start time of a process, field 22 of `/proc/<pid>/stat`; empty without `/proc`. */
function startOf(pid: number): string {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? '';
}
