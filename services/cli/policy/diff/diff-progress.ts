import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { DiffProgress } from '../../../shared/workbench/diff/diff-policies.js';

interface DiffProgressParams {
  /** Writes the line; undefined where stderr is not a terminal. */
  readonly line: ((text: string) => void) | undefined;
  readonly stopping: AbortSignal;
  /** Columns of the terminal; a longer line is cut, as a wrapped line could not be overwritten. */
  readonly width: number;
  /** A clock in milliseconds, from any starting point. */
  readonly now: () => number;
}

const CLEAR = '\r\u001b[K';

/** Creates a progress line that overwrites itself; `show` and `pause` yield to signals, and throw after `stopping` aborts. */
export function createDiffProgress({ line, width, stopping, now }: DiffProgressParams) {
  const start = now();
  const pause = async (): Promise<void> => {
    await yieldToEvents();
    stopping.throwIfAborted();
  };
  return {
    async show({ routes, of, decisions }: DiffProgress): Promise<void> {
      const perSecond = Number(decisions) / Math.max(0.001, (now() - start) / 1000);
      const text = `route ${routes} of ${of}: ${short(Number(decisions))} decisions covered, ${short(perSecond)}/s`;
      // Leaves the last column free, as some terminals wrap when it is written.
      line?.(`${CLEAR}${text.slice(0, Math.max(0, width - 1))}`);
      await pause();
    },
    pause,
    end: () => line?.(CLEAR),
  };
}

/** Formats large numbers in millions: `77,900 million`. */
function short(number: number): string {
  if (number < 1e6) return Math.round(number).toLocaleString('en');
  return `${Math.round(number / 1e6).toLocaleString('en')} million`;
}
