import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type LiaisonError } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { ensureFolder } from '../init/make-folder.js';
import { isAlive } from '../home/run-file.js';
import { writeFailure } from '../home/file-errors.js';

interface Lock {
  readonly release: () => void;
}

/**
 * One `up` or `init` a home. Throws `busy` while another holds it, `usage` where it cannot be written; what a dead one
 * left is taken over.
 */
export function lockHome(home: Home): Lock {
  ensureFolder(home.root);
  return lock(join(home.root, 'up.lock'), (holder) =>
    fail('busy', `\`${home.root}\` is in use by process ${holder}: one \`up\` or \`init\` a home`),
  );
}

/** One who signs the next directory, also while `up` runs: of two, one would be lost. Throws as `lockHome`. */
export function lockDirectory(home: Home): Lock {
  return lock(join(home.root, 'directory.lock'), (holder) =>
    fail(
      'busy',
      `process ${holder} signs the next directory of \`${home.root}\`: try again when it has ended`,
    ),
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
  // A pid is used again after a while, so the time of its start is compared too.
  return pid !== '' && isAlive(number) && startOf(number) === start ? number : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The 22nd field of `/proc/<pid>/stat`, counted behind the name; where there is no /proc nothing is known. */
function startOf(pid: number): string {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? '';
}
