import type { Output } from '../terminal/output.js';

/** Output that can be paused while a person reads. */
export interface Pager {
  /** Prints a line, or holds it while paused. */
  readonly write: (line: string) => void;
  /** Pauses, and shows the number of held lines; or prints them and resumes. */
  readonly toggle: () => void;
  readonly end: () => void;
}

/** The maximum number of held lines, so that a forgotten terminal does not use more and more memory. */
const MAX_HELD_LINES = 10_000;
const CLEAR_LINE = '\r\u001b[2K';

/** Creates a pager that is not paused. */
export function createPager(output: Output): Pager {
  let held: string[] | undefined;
  let dropped = 0;
  const status = (): void => {
    if (held === undefined) return;
    const count = held.length + dropped;
    process.stderr.write(
      `${CLEAR_LINE}${output.notePaint.inverse(` paused: ${count} new, space shows them `)}`,
    );
  };
  const release = (): void => {
    const lines = held ?? [];
    held = undefined;
    process.stderr.write(CLEAR_LINE);
    if (dropped > 0) output.print(output.paint.yellow(`… ${dropped} older events dropped while paused`));
    dropped = 0;
    for (const line of lines) output.print(line);
  };
  const hold = (line: string, lines: string[]): void => {
    lines.push(line);
    if (lines.length > MAX_HELD_LINES) {
      lines.shift();
      dropped += 1;
    }
    status();
  };
  const pause = (): void => {
    held = [];
    status();
  };
  return {
    write: (line) => (held === undefined ? output.print(line) : hold(line, held)),
    toggle: () => (held === undefined ? pause() : release()),
    end: () => (held === undefined ? undefined : release()),
  };
}
