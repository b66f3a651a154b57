import { type Output, type Paint, table } from '../terminal/output.js';
import type { TallyRow } from './tally.js';

/** A block of lines at the bottom of the terminal that is drawn again in place. */
export interface LiveView {
  readonly draw: (text: string) => void;
  /** Writes above the block. */
  readonly above: (text: string) => void;
  readonly end: () => void;
}

const ESC = '\u001b[';

/** Where nobody reads along nothing is drawn. */
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

/** The table of `up`: a line an organisation. */
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
