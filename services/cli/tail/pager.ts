import type { Output } from '../terminal/output.js';

/** Lines that can be held back while somebody reads. */
export interface Pager {
  readonly write: (line: string) => void;
  /** Holds back what comes, saying how much; then shows it. */
  readonly toggle: () => void;
  readonly end: () => void;
}

/** What is held back is bounded: a forgotten terminal must not grow. */
const HELD = 10_000;
const CLEAR_LINE = '\r\u001b[2K';

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
    if (lines.length > HELD) {
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
