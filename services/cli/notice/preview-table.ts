import { outcomeText } from './notice-table.js';
import { type Output, type Paint, tableText, visible } from '../terminal/output.js';

interface Effect {
  readonly effect: 'disclose' | 'withhold';
  readonly advertise: boolean;
  readonly layer?: string;
  readonly rule: string | null;
}

interface Recipient {
  readonly org: string;
  readonly outcome: string;
  readonly layer?: string;
  readonly rule?: string | null;
  readonly because?: string;
  readonly sections: Readonly<Record<string, Effect>>;
}

/** `notice preview --json` (docs/formats.md#outcomes). */
export interface PreviewResult {
  readonly header: unknown;
  readonly recipients: readonly Recipient[];
}

interface Look {
  readonly output: Output;
  /** The deciding rule in each cell. */
  readonly rules: boolean;
}

/** Sections × organisations: ● would see it, ○ would know that it exists, · nothing. */
export function previewTable({ recipients }: PreviewResult, { output, rules }: Look): string {
  const { paint, width } = output;
  const sections = [
    ...new Set(recipients.flatMap((recipient) => Object.keys(recipient.sections))),
  ].toSorted();
  const column = ({ org, outcome, sections: effects }: Recipient): readonly string[] => [
    paint.bold(org),
    outcomeText(outcome, paint),
    ...sections.map((section) => cellOf(effects[section], { paint, rules })),
  ];
  const names = ['', '', ...sections];
  // Who is denied has no cells: with rules in the others the width is needed.
  const shown = recipients.filter(({ outcome }) => !rules || outcome !== 'denied');
  const tables = besides(names, shown.map(column), width).map((columns) => {
    const [head = [], ...rows] = names.map((name, row) => [
      name,
      ...columns.map((cells) => cells[row] ?? ''),
    ]);
    return tableText(head, rows, width);
  });
  const legend = paint.dim('● would see it   ○ would know that it exists   · neither   (nothing was sent)');
  return [...tables, ...closedLines(recipients, paint), legend].join('\n\n');
}

type Column = readonly string[];

/** As many columns beside the names as fit the width, and the others below. */
function besides(names: Column, columns: readonly Column[], width: number): readonly (readonly Column[])[] {
  const widthOf = (cells: Column): number => Math.max(...cells.map((cell) => visible(cell).length)) + 2;
  const tables: Column[][] = [];
  let left = 0;
  for (const column of columns) {
    left -= widthOf(column);
    if (left < 0) {
      tables.push([]);
      left = width - widthOf(names) - widthOf(column);
    }
    tables.at(-1)?.push(column);
  }
  return tables;
}

/** Why nothing goes to some. */
function closedLines(recipients: readonly Recipient[], { red, dim }: Paint): readonly string[] {
  const closed = recipients.filter(({ outcome }) => outcome === 'denied');
  if (closed.length === 0) return [];
  const lines = closed.map(({ org, because, layer, rule }) => {
    const why = because?.replaceAll('-', ' ') ?? `${layer ?? ''} ${rule ?? 'no rule permits it'}`.trim();
    return `${red('denied')} ${org.padEnd(10)} ${dim(why)}`;
  });
  return [lines.join('\n')];
}

function cellOf(
  effect: Effect | undefined,
  { paint, rules }: { readonly paint: Paint; readonly rules: boolean },
): string {
  if (effect === undefined) return paint.dim('·');
  // Where no rule permits, the layer that has none.
  const rule = rules ? ` ${effect.rule ?? effect.layer ?? ''}`.trimEnd() : '';
  if (effect.effect === 'disclose') return paint.green(`●${rule}`);
  return effect.advertise ? paint.yellow(`○${rule}`) : paint.dim(`·${rule}`);
}
