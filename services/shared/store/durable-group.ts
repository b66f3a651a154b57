import type { LiaisonError } from '../kernel/errors.js';
import { type CommitGroup, createCommitGroup } from './commit-group.js';
import type { Database } from './sqlite.js';
import { createWalCheckpoints, type WalCheckpoints } from './wal/checkpoint-wal.js';
import { createWalFlush, type WalFlush } from './wal/flush-wal.js';
import { rewriteFile } from './wal/rewrite-file.js';

/** A commit group whose database keeps what nothing else has. The thread never waits for the disk. */
export interface DurableGroup extends Omit<CommitGroup, 'hold'>, Pick<WalFlush, 'flushed'> {
  /** True while a reader keeps the write-ahead log longer than 64 MiB: nothing more is to be accepted. */
  readonly isLogFull: WalCheckpoints['isFull'];
  /**
   * Truncates the write-ahead log, so that erased content is gone from disk; false when a reader of the file prevented it.
   */
  checkpoint(): Promise<boolean>;
  /**
   * Resolves once the disk did not store what was committed: nothing of it may be shown or acknowledged, every later commit is
   * refused, and the database must be opened anew.
   */
  readonly failed: Promise<LiaisonError>;
  /** Waits for the work under way, and closes the database. */
  close(): Promise<void>;
}

/**
 * Creates the commit group of the database at `path`. After a flush that failed, only what is written anew is known to reach the
 * disk: moves what the write-ahead log holds into the database, or, if a reader prevents that, writes the log anew within a
 * transaction, so that no other process appends to it meanwhile.
 */
export function createDurableGroup(db: Database, path: string): DurableGroup {
  db.exec('PRAGMA wal_autocheckpoint = 0');
  if (!db.checkpoint()) db.transaction(() => rewriteFile(`${path}-wal`));
  const { wal, failed } = openFlush(db, path);
  const group = createCommitGroup(db, { flushed: wal.flushed, onCommit: () => checkpoints.look() });
  const checkpoints = createWalCheckpoints({ path, hold: group.hold, onFailed: wal.fail });
  return {
    commit: group.commit,
    commitLater: group.commitLater,
    flush: group.flush,
    flushed: wal.flushed,
    failed,
    isLogFull: checkpoints.isFull,
    checkpoint: checkpoints.truncate,
    close: async () => {
      // After a failed flush the commits that wait have been refused.
      const isFlushed = await group.flush().then(
        () => true,
        () => false,
      );
      if (isFlushed) await checkpoints.truncate();
      await checkpoints.close();
      await wal.close();
      db.close();
    },
  };
}

function openFlush(db: Database, path: string): Pick<DurableGroup, 'failed'> & { readonly wal: WalFlush } {
  let onFailed: (error: LiaisonError) => void = () => {};
  const failed = new Promise<LiaisonError>((resolve) => {
    onFailed = resolve;
  });
  return { failed, wal: createWalFlush({ path: `${path}-wal`, commits: db.commits, onFailed }) };
}
