import { setImmediate as breathe } from 'node:timers/promises';
import type { DiffProgress } from '../../shared/policy/workbench/diff/diff-policies.js';

interface Watching {
  /** Where the line goes; undefined where nobody reads along. */
  readonly line: ((text: string) => void) | undefined;
  readonly stopping: AbortSignal;
  /** Milliseconds, of any beginning. */
  readonly now: () => number;
}

const CLEAR = '\r\u001b[K';

/** One line that is written anew, and a moment between two routes in which Ctrl-C is heard: then it throws. */
export function createDiffProgress({ line, stopping, now }: Watching) {
  const start = now();
  return {
    async show({ routes, of, decisions }: DiffProgress): Promise<void> {
      const perSecond = Number(decisions) / Math.max(0.001, (now() - start) / 1000);
      line?.(
        `${CLEAR}route ${routes} of ${of}: ${short(Number(decisions))} decisions covered, ${short(perSecond)}/s`,
      );
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
