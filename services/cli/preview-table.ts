import { outcomeText } from './notice-table.js';
import { type Output, type Paint, tableText } from './output.js';

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

/** `notice preview --json` (formats, "Outcomes"). */
export interface Preview {
  readonly header: unknown;
  readonly recipients: readonly Recipient[];
}

interface Look {
  readonly output: Output;
  /** The deciding rule in each cell. */
  readonly rules: boolean;
}

/** Sections × organisations: ● would see it, ○ would know that it exists, · nothing. */
export function previewTable({ recipients }: Preview, { output, rules }: Look): string {
  const { paint, width } = output;
  const sections = [...new Set(recipients.flatMap(({ sections }) => Object.keys(sections)))].toSorted();
  const head = ['', ...recipients.map(({ org }) => paint.bold(org))];
  const rows = [
    ['', ...recipients.map(({ outcome }) => outcomeText(outcome, paint))],
    ...sections.map((section) => [
      section,
      ...recipients.map(({ sections: effects }) => cellOf(effects[section], { paint, rules })),
    ]),
  ];
  const legend = paint.dim('● would see it   ○ would know that it exists   · neither   (nothing was sent)');
  return [tableText(head, rows, width), ...closedLines(recipients, paint), legend].join('\n\n');
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
  const rule = rules && effect.rule !== null ? ` ${effect.rule}` : '';
  if (effect.effect === 'disclose') return paint.green(`●${rule}`);
  return effect.advertise ? paint.yellow(`○${rule}`) : paint.dim(`·${rule}`);
}
