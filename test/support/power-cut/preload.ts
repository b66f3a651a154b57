import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('journal.c', import.meta.url));

/** The library that writes journals, built for this machine. */
export interface JournalPreload {
  /** The environment of a process that writes a journal of what it changes below `root`. */
  envFor(root: string): Readonly<Record<string, string>>;
  /** The journal of a process that was started with this environment. */
  journalOf(env: Readonly<Record<string, string>>, pid: number): string;
  close(): void;
}

/** True where a C compiler with its headers is: Debian's `gcc` and `libc6-dev`. */
export function canBuildPreload(): boolean {
  try {
    buildPreload().close();
    return true;
  } catch {
    return false;
  }
}

export function buildPreload(): JournalPreload {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-journal-'));
  const library = join(folder, 'journal.so');
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', library, SOURCE], {
    stdio: 'pipe',
  });
  let count = 0;
  return {
    envFor: (root) => ({
      LD_PRELOAD: library,
      POWER_CUT_ROOT: root,
      POWER_CUT_JOURNAL: join(folder, `journal-${(count += 1)}`),
      // Writes of a ring would pass by the library.
      UV_USE_IO_URING: '0',
    }),
    journalOf: (env, pid) => `${env['POWER_CUT_JOURNAL']}.${pid}`,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
