import type { MemberState } from '../../shared/wire/shown-member.js';
import { outcomeText } from './notice-table.js';
import { type Output, type Paint, tableText, visible } from '../terminal/output.js';

interface Effect {
  readonly effect: 'disclose' | 'withhold';
  readonly advertise: boolean;
  readonly layer?: string;
  readonly rule: string | null;
  /** `restricted` where a restriction by the originator takes it. */
  readonly because?: string;
}

interface Recipient {
  readonly org: string;
  /** Absent for a member in force. */
  readonly membership?: MemberState;
  readonly outcome: string;
  readonly layer?: string;
  readonly rule?: string | null;
  readonly because?: string;
  readonly sections: Readonly<Record<string, Effect>>;
}

/** The output of `notice preview --json` (docs/formats.md#outcomes). */
export interface PreviewResult {
  readonly header: unknown;
  readonly recipients: readonly Recipient[];
}

interface PreviewTableParams {
  readonly output: Output;
  /** Shows the deciding rule in each cell. */
  readonly rules: boolean;
}

/** Formats sections × organisations: ● would see it, ○ would know that it exists, · neither. */
export function previewTable({ recipients }: PreviewResult, { output, rules }: PreviewTableParams): string {
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
  // Leaves out denied recipients with `rules`: their cells are empty, and the others need the width.
  const shown = recipients.filter(({ outcome }) => !rules || outcome !== 'denied');
  const tables = splitColumns(names, shown.map(column), width).map((columns) => {
    const [head = [], ...rows] = names.map((name, row) => [
      name,
      ...columns.map((cells) => cells[row] ?? ''),
    ]);
    return tableText(head, rows, width);
  });
  const legend = paint.dim('● would see it   ○ would know that it exists   · neither   (nothing was sent)');
  return [...tables, ...closedLines(recipients, paint), ...restrictedLines(recipients, paint), legend].join(
    '\n\n',
  );
}

type Column = readonly string[];

/** Splits the columns into tables that fit the width, each beside the names. */
function splitColumns(
  names: Column,
  columns: readonly Column[],
  width: number,
): readonly (readonly Column[])[] {
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

/** Formats the reason for each denied recipient. */
function closedLines(recipients: readonly Recipient[], { red, dim }: Paint): readonly string[] {
  const closed = recipients.filter(({ outcome }) => outcome === 'denied');
  if (closed.length === 0) return [];
  const lines = closed.map(({ org, membership, because, layer, rule }) => {
    const state = because === 'suspended' ? membership : undefined;
    const why =
      state ?? because?.replaceAll('-', ' ') ?? `${layer ?? ''} ${rule ?? 'no rule permits it'}`.trim();
    return `${red('denied')} ${org.padEnd(10)} ${dim(why)}`;
  });
  return [lines.join('\n')];
}

/** Formats the sections that restrictions by the originator take from each recipient. */
function restrictedLines(recipients: readonly Recipient[], { yellow }: Paint): readonly string[] {
  const lines = recipients.flatMap(({ org, sections }) => {
    const taken = Object.keys(sections).filter((name) => sections[name]?.because !== undefined);
    return taken.length === 0 ? [] : [`${yellow('restricted')} ${org}: ${taken.join(', ')}`];
  });
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function cellOf(
  effect: Effect | undefined,
  { paint, rules }: { readonly paint: Paint; readonly rules: boolean },
): string {
  if (effect === undefined) return paint.dim('·');
  // Without a deciding rule, shows the layer in which no rule permits it.
  const rule = rules ? ` ${effect.rule ?? effect.layer ?? ''}`.trimEnd() : '';
  if (effect.effect === 'disclose') return paint.green(`●${rule}`);
  return effect.advertise ? paint.yellow(`○${rule}`) : paint.dim(`·${rule}`);
}
