import { type Output, type Paint, table } from '../terminal/output.js';
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
export function createLiveView(output: Output): LiveView {
  let lines: readonly string[] = [];
  const clear = (): string => (lines.length === 0 ? '' : `${ESC}${lines.length}A${ESC}0J`);
  const write = (text: string): void => void process.stdout.write(text);
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

/** Formats the table of `up`, with a line for each organisation. */
export function federationTable(
  rows: readonly TallyRow[],
  { paint, width }: { paint: Paint; width: number },
): string {
  const { dim, green, yellow, red, bold } = paint;
  const number = (count: number, colour: (text: string) => string): string =>
    count === 0 ? dim('0') : colour(String(count));
  const head = ['organisation', 'sent', 'holds', 'redacted', 'denied', 'last seen redacted · denied by'];
  return table(
    head,
    rows.map((row) => [
      bold(row.org),
      number(row.submitted, String),
      number(row.delivered, green),
      number(row.redacted, yellow),
      number(row.denied, red),
      whyOf(row, paint),
    ]),
    { paint, width },
  );
}

function whyOf({ sections, rules }: TallyRow, { yellow, red, dim }: Paint): string {
  const shown = [
    ...(sections.length === 0 ? [] : [yellow(sections.join(' '))]),
    ...(rules.length === 0 ? [] : [red(rules.map(([rule, times]) => `${rule} ×${times}`).join(' '))]),
  ];
  return shown.join(dim(' · '));
}
