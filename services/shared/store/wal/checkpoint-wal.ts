import { statSync } from 'node:fs';
import { askCheckpoint } from './checkpoint-thread.js';

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
  let wasAsked = false;
  const run = async (mode: 'PASSIVE' | 'TRUNCATE'): Promise<boolean> => {
    wasAsked = true;
    const outcome = await askCheckpoint(path, mode);
    if (outcome === 'disk-failed') onFailed?.();
    return outcome === 'whole';
  };
  const shorten = async (): Promise<void> => {
    // Most of the log is moved beside the commits; what they added meanwhile is moved while they wait for a moment.
    const isWhole = (await run('PASSIVE')) || (await hold(() => run('PASSIVE')));
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
      bytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
      shortenIfLong();
    },
    isFull: () => {
      // Where nothing is accepted there may be no commit that would begin a checkpoint.
      if (bytes > MAX_WAL_BYTES) shortenIfLong();
      return bytes > MAX_WAL_BYTES;
    },
    truncate: async () => {
      await run('PASSIVE');
      return hold(() => run('TRUNCATE'));
    },
    close: async () => {
      await running;
      if (wasAsked) await askCheckpoint(path, 'CLOSE');
    },
  };
}
