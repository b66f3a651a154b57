import { memberNameText } from '../terminal/member-state-text.js';
import { type Output, type Paint, table, visible } from '../terminal/output.js';
import type { TallyRow } from './tally.js';

/** A block of lines at the bottom of the terminal that is redrawn in place. */
export interface LiveView {
  /** Replaces the block. */
  readonly draw: (text: string) => void;
  /** Writes text above the block. */
  readonly above: (text: string) => void;
  /** Leaves the block as it is. */
  readonly end: () => void;
}

const ESC = '\u001b[';

/** Creates a live view; on anything but a terminal it draws nothing, and writes the other text to stderr. */
export function createLiveView(
  output: Output,
  write: (text: string) => void = (text) => void process.stdout.write(text),
): LiveView {
  let lines: readonly string[] = [];
  // A terminal that became narrower has wrapped the lines that were drawn.
  const rowsOf = (line: string): number => Math.max(1, Math.ceil(visible(line).length / output.width));
  const rows = (): number => lines.reduce((sum, line) => sum + rowsOf(line), 0);
  const clear = (): string => (lines.length === 0 ? '' : `${ESC}${rows()}A${ESC}0J`);
  if (!output.terminal) return { draw: () => {}, above: output.note, end: () => {} };
  return {
    draw: (text) => {
      const next = text.split('\n');
      write(`${clear()}${next.join('\n')}\n`);
      lines = next;
    },
    above: (text) => {
      write(`${clear()}${text}\n${lines.length === 0 ? '' : `${lines.join('\n')}\n`}`);
    },
    end: () => {
      lines = [];
    },
  };
}

const HEAD = ['organisation', 'sent', 'holds', 'redacted', 'denied'];
const WHY = 'last seen redacted · denied by';
const SEPARATOR = ' · ';
const MIN_ROOM = 24;

/**
 * Formats the table of `up`, with one line for each organisation: the last column is cut at `width`, so that the block
 * keeps its height when it is drawn again, and fits the terminal.
 */
export function federationTable(
  rows: readonly TallyRow[],
  { paint, width }: { paint: Paint; width: number },
): string {
  const { dim, green, yellow, red } = paint;
  const number = (count: number, colour: (text: string) => string): string =>
    count === 0 ? dim('0') : colour(String(count));
  const counts = rows.map((row) => [
    memberNameText(row.org, row.state, paint),
    number(row.submitted, String),
    number(row.delivered, green),
    number(row.redacted, yellow),
    number(row.denied, red),
  ]);
  const room = Math.max(MIN_ROOM, width - 1 - widthOf([HEAD, ...counts]));
  return table(
    [...HEAD, cut(WHY, room)],
    rows.map((row, index) => [...(counts[index] ?? []), whyOf(row, { paint, room })]),
    { paint, width },
  );
}

/** Measures the counts in characters, with the two spaces after each. */
function widthOf(rows: readonly (readonly string[])[]): number {
  const lengths = HEAD.map((_, column) => Math.max(...rows.map((row) => visible(row[column] ?? '').length)));
  return lengths.reduce((sum, length) => sum + length + 2, 0);
}

/** Joins every section and rule if they fit in `room` characters, else as many sections as fit beside the first rule. */
function whyOf(row: TallyRow, { paint, room }: { readonly paint: Paint; readonly room: number }): string {
  const rules = row.rules.map(([rule, times]) => `${rule} ×${times}`);
  const whole = [row.sections.join(' '), rules.join(' ')];
  const first = cut(rules[0] ?? '', room);
  const space = first === '' ? room : room - first.length - SEPARATOR.length;
  const isWhole = whole.filter((text) => text !== '').join(SEPARATOR).length <= room;
  const [sections = '', deniedBy = ''] = isWhole ? whole : [cutWords(row.sections, space), first];
  return [
    ...(sections === '' ? [] : [paint.yellow(sections)]),
    ...(deniedBy === '' ? [] : [paint.red(deniedBy)]),
  ].join(paint.dim(SEPARATOR));
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** Joins the words that fit, with `…` in place of the others. */
function cutWords(words: readonly string[], room: number): string {
  const fits = words.findLastIndex(
    (_, index) => words.slice(0, index + 1).join(' ').length + (index + 1 === words.length ? 0 : 2) <= room,
  );
  return [...words.slice(0, fits + 1), ...(fits + 1 < words.length && room > 0 ? ['…'] : [])].join(' ');
}
