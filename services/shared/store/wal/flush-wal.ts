import { closeSync, fdatasync, openSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { LiaisonError } from '../../kernel/errors.js';

/** Flushes the write-ahead log of one database. */
export interface WalFlush {
  /**
   * Resolves when everything that was committed before the call is on disk. Rejects with `disk-failed` after the first flush
   * that failed, for ever: the system may have dropped what it could not write, and a later flush would not say so.
   */
  flushed(): Promise<void>;
  /** Records that a flush of another descriptor failed; `flushed` rejects from then on. */
  fail(cause?: unknown): void;
  /** Waits for the flush under way, and closes the descriptor. */
  close(): Promise<void>;
}

interface WalFlushParams {
  /** The path of the write-ahead log. */
  readonly path: string;
  /** The number of the last commit; it rises. */
  readonly commits: () => number;
  /** Called once, with `disk-failed`. */
  readonly onFailed: (error: LiaisonError) => void;
  /** Flushes a descriptor, not on this thread. */
  readonly datasync?: (descriptor: number) => Promise<void>;
}

/**
 * Creates the flush. One `fdatasync` runs at a time, in the thread pool, for all that was committed before it began; what is
 * committed meanwhile shares the next one. The state in which the database was opened counts as not flushed: a process that was
 * killed may have left it in the cache of the system.
 */
export function createWalFlush(params: WalFlushParams): WalFlush {
  const { commits, onFailed, datasync = promisify(fdatasync) } = params;
  const file = createWalDescriptor(params.path);
  let flushedCommit = -1;
  let failure: LiaisonError | undefined;
  let running: Promise<void> | undefined;
  const fail: WalFlush['fail'] = (cause) => {
    if (failure !== undefined) return;
    failure = new LiaisonError('disk-failed', 'the disk did not store the last changes', { cause });
    onFailed(failure);
  };
  const flush = async (): Promise<void> => {
    const commit = commits();
    try {
      await datasync(file.descriptor());
      flushedCommit = commit;
    } catch (cause) {
      fail(cause);
    } finally {
      running = undefined;
    }
  };
  const flushTo = async (commit: number): Promise<void> => {
    if (failure !== undefined) throw failure;
    if (flushedCommit >= commit) return;
    await (running ??= flush());
    await flushTo(commit);
  };
  return {
    flushed: () => flushTo(commits()),
    fail,
    close: async () => {
      await running;
      file.close();
    },
  };
}

/** The descriptor of the log that SQLite has open. SQLite deletes it only with its last connection. */
function createWalDescriptor(path: string) {
  let open: { readonly inode: number; readonly descriptor: number } | undefined;
  return {
    /** Throws when the log is missing or another file is in its place: what SQLite writes is then lost at the next start. */
    descriptor: (): number => {
      const { ino: inode } = statSync(path);
      // SQLite has no lock on this file: closing a descriptor of the database itself would drop its locks.
      open ??= { inode, descriptor: openSync(path, 'r') };
      if (open.inode !== inode) throw new Error('another file is in the place of the log');
      return open.descriptor;
    },
    close: (): void => {
      if (open !== undefined) closeSync(open.descriptor);
      open = undefined;
    },
  };
}
