import { setImmediate as breathe } from 'node:timers/promises';
import type { DiffProgress } from '../../../shared/workbench/diff/diff-policies.js';

interface Watching {
  /** Where the line goes; undefined where nobody reads along. */
  readonly line: ((text: string) => void) | undefined;
  readonly stopping: AbortSignal;
  /** Of the terminal, in columns: a line that wraps could not be written anew. */
  readonly width: number;
  /** Milliseconds, of any beginning. */
  readonly now: () => number;
}

const CLEAR = '\r\u001b[K';

/** One line that is written anew, and a moment between two routes in which Ctrl-C is heard: then it throws. */
export function createDiffProgress({ line, width, stopping, now }: Watching) {
  const start = now();
  return {
    async show({ routes, of, decisions }: DiffProgress): Promise<void> {
      const perSecond = Number(decisions) / Math.max(0.001, (now() - start) / 1000);
      const text = `route ${routes} of ${of}: ${short(Number(decisions))} decisions covered, ${short(perSecond)}/s`;
      // A terminal may wrap as soon as the last column is written.
      line?.(`${CLEAR}${text.slice(0, Math.max(0, width - 1))}`);
      await breathe();
      stopping.throwIfAborted();
    },
    end: () => line?.(CLEAR),
  };
}

/** Thousands of millions, for more people read `77,900 million` than `7.8e10`. */
function short(number: number): string {
  if (number < 1e6) return Math.round(number).toLocaleString('en');
  return `${Math.round(number / 1e6).toLocaleString('en')} million`;
}
