import { statSync } from 'node:fs';
import { type CheckpointAsked, withWorker } from './checkpoint-thread.js';

/** Keeps the write-ahead log of one database short, without blocking this thread. */
export interface WalCheckpoints {
  /** Looks at the log; to be called after each commit. Begins a checkpoint when it is long. */
  look(): void;
  /** True while the log is longer than 64 MiB, because a reader of the database keeps it from being moved. */
  isFull(): boolean;
  /** Moves the log into the database and truncates it; false when a reader of the database prevented it. */
  truncate(): Promise<boolean>;
  /** Waits for the checkpoint under way, and ends the other connection. */
  close(): Promise<void>;
}

interface WalCheckpointsParams {
  /** The path of the database. */
  readonly path: string;
  /** Runs `work` while nothing is committed. */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
  /** The system could not flush what a checkpoint needed. */
  readonly onFailed?: () => void;
}

/** SQLite shortens the log to this length when it begins it anew, so that a longer one was not moved yet. */
export const WAL_BYTES = 16 * 1024 * 1024;
const MAX_WAL_BYTES = 4 * WAL_BYTES;
/** How long to rest after a checkpoint that a reader kept from being complete, in milliseconds. */
const REST_MS = 1_000;

/** Creates the checkpoints of a database; none is run before the log is longer than 16 MiB. */
export function createWalCheckpoints({ path, hold, onFailed }: WalCheckpointsParams): WalCheckpoints {
  let [bytes, restsUntil] = [0, 0];
  let running: Promise<void> | undefined;
  const { inTurn, end } = createTurns({ path, onFailed });
  /** Moves most of the log beside the commits, and then, while they wait, what they added meanwhile: only that answer counts. */
  const moveAll = (mode: 'PASSIVE' | 'TRUNCATE'): Promise<boolean> =>
    inTurn(async (run) => {
      await run('PASSIVE');
      return hold(() => run(mode));
    });
  const shorten = async (): Promise<void> => {
    const isWhole = await moveAll('PASSIVE');
    // The next commit begins the log anew.
    if (isWhole) bytes = 0;
    else restsUntil = performance.now() + REST_MS;
    running = undefined;
  };
  const shortenIfLong = (): void => {
    if (bytes <= WAL_BYTES || performance.now() < restsUntil) return;
    running ??= shorten();
  };
  return {
    look: () => {
      bytes = sizeOf(`${path}-wal`);
      shortenIfLong();
    },
    isFull: () => {
      // Where nothing is accepted there may be no commit that would begin a checkpoint.
      if (bytes > MAX_WAL_BYTES) shortenIfLong();
      return bytes > MAX_WAL_BYTES;
    },
    truncate: () => moveAll('TRUNCATE'),
    close: async () => {
      await running;
      await end();
    },
  };
}

/** Runs a checkpoint; true when the whole log was moved. */
type Run = (mode: Exclude<CheckpointAsked['mode'], 'CLOSE'>) => Promise<boolean>;

/** Creates the turns of one database at the worker. */
function createTurns({
  path,
  onFailed,
}: {
  readonly path: string;
  readonly onFailed: (() => void) | undefined;
}) {
  let wasAsked = false;
  return {
    inTurn: (work: (run: Run) => Promise<boolean>): Promise<boolean> =>
      withWorker((ask) =>
        work(async (mode) => {
          wasAsked = true;
          const outcome = await ask({ path, mode });
          if (outcome === 'disk-failed') onFailed?.();
          return outcome === 'whole';
        }),
      ),
    /** Ends the connection of the worker, if there is one. */
    end: async (): Promise<void> => {
      if (wasAsked) await withWorker((ask) => ask({ path, mode: 'CLOSE' }));
    },
  };
}

/** Returns the length of a file; 0 if it cannot be read: the flush of the next commit says so. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
