import { fail } from '../../shared/kernel/errors.js';

/** How far a stream was read when its messages are handled out of order. */
export interface StreamProgress {
  /** Everything up to here has passed. */
  head(): number;
  pass(seq: number): void;
  /** Resolves when the head is there. Throws `timed-out` when the signal ends first. */
  reach(seq: number, signal: AbortSignal): Promise<void>;
}

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
        const give = (): void => done(() => reject(fail('timed-out', 'the ledger was not read up to here')));
        const done = (end: () => void): void => {
          waiting.delete(look);
          signal.removeEventListener('abort', give);
          end();
        };
        waiting.add(look);
        signal.addEventListener('abort', give);
        if (signal.aborted) give();
        else look();
      }),
  };
}
