import { fail } from '../../shared/kernel/errors.js';

/** Tracks how far a stream was read while its messages are handled out of order. */
export interface StreamProgress {
  /** The sequence up to which every message has passed. */
  head(): number;
  /** Marks one message as handled. */
  pass(seq: number): void;
  /** Resolves when the head reaches `seq`. Throws `timed-out` when the signal aborts first. */
  reach(seq: number, signal: AbortSignal): Promise<void>;
}

/** Creates progress with its head at `from`. */
export function createStreamProgress(from: number): StreamProgress {
  let head = from;
  const ahead = new Set<number>();
  const waiting = new Set<() => void>();
  return {
    head: () => head,
    pass: (seq) => {
      if (seq <= head) return;
      ahead.add(seq);
      while (ahead.delete(head + 1)) head += 1;
      for (const look of waiting) look();
    },
    reach: (seq, signal) =>
      new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (head >= seq) done(resolve);
        };
        const giveUp = (): void =>
          done(() => reject(fail('timed-out', 'the ledger was not read far enough in time')));
        const done = (end: () => void): void => {
          waiting.delete(look);
          signal.removeEventListener('abort', giveUp);
          end();
        };
        waiting.add(look);
        signal.addEventListener('abort', giveUp);
        if (signal.aborted) giveUp();
        else look();
      }),
  };
}
