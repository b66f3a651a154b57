import { fail } from '../../shared/kernel/errors.js';
import type { Output } from '../terminal/output.js';

interface RecordProgressParams {
  readonly output: Output;
  readonly stopping: AbortSignal;
  /** What is stopped, in words: `the replay`. */
  readonly work: string;
  /** A clock in milliseconds, from any starting point. */
  readonly now: () => number;
  /** What is counted; records by default. */
  readonly unit?: 'records' | 'bytes';
}

const CLEAR = '\r\u001b[K';
const EVERY_MS = 200;

/** Creates a progress line on a terminal, which overwrites itself; `show` throws `busy` after `stopping` aborts. */
export function createRecordProgress({
  output,
  stopping,
  work,
  now,
  unit = 'records',
}: RecordProgressParams) {
  const write = (text: string): void => {
    if (output.progress) process.stderr.write(text);
  };
  let shownAt = now();
  return {
    show: (read: number, total: number): void => {
      if (stopping.aborted) throw fail('busy', `${work} was stopped`);
      if (now() - shownAt < EVERY_MS) return;
      shownAt = now();
      const text = `${read.toLocaleString('en')} of ${total.toLocaleString('en')} ${unit}`;
      write(`${CLEAR}${text.slice(0, Math.max(0, output.width - 1))}`);
    },
    end: () => write(CLEAR),
  };
}
