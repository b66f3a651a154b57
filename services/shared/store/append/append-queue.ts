import { fail, LiaisonError } from '../../kernel/errors.js';
import { MAX_LENGTH } from './append-format.js';

/** Appends records and fsyncs them. When it rejects, none of them is in the file. */
export type AppendBatch = (records: readonly Uint8Array[]) => Promise<void>;

interface Waiting {
  readonly records: readonly Uint8Array[];
  resolve(last: number): void;
  reject(error: unknown): void;
}

/** Batches of records that wait for the disk. */
export interface AppendQueue {
  /** Resolves with the number of the last record; rejects as `AppendFile.append` does. */
  append(records: readonly Uint8Array[]): Promise<number>;
  /** Resolves when no write is under way. */
  idle(): Promise<void>;
}

/** Writes and fsyncs together all records that arrived during the previous write. */
export function createAppendQueue(write: AppendBatch, count: () => number): AppendQueue {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      let last = count();
      try {
        await write(batch.flatMap(({ records }) => records));
        for (const { records, resolve } of batch) resolve((last += records.length));
      } catch (error) {
        for (const { reject } of batch) reject(storageError(error));
      }
    }
    writing = undefined;
  };
  const append = (records: readonly Uint8Array[]): Promise<number> =>
    new Promise((resolve, reject) => {
      if (records.some(({ length }) => length > MAX_LENGTH)) throw fail('oversize', 'record exceeds 16 MiB');
      waiting.push({ records, resolve, reject });
      writing ??= drain();
    });
  return { append, idle: async () => writing };
}

function storageError(thrown: unknown): LiaisonError {
  const reason = (thrown as NodeJS.ErrnoException).code ?? '';
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(reason);
  const message = isFull ? 'disk is full' : `append-only file cannot be written: ${reason}`;
  return new LiaisonError(isFull ? 'full' : 'internal', message, { cause: thrown });
}
