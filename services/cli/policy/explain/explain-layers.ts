import { closingLines } from '../../../shared/workbench/explain/closing-lines.js';
import type { PermissionAnswer } from '../../../shared/workbench/explain/explain.js';
import type { LayerAnswer } from '../../../shared/workbench/explain/explain-layer.js';
import { type Line, ruleLines } from '../../../shared/workbench/explain/rule-lines.js';
import type { Output } from '../../terminal/output.js';
import { paintLines } from '../paint-lines.js';

/**
 * Formats a block for each layer: the rules that open it, or the conditions that close it. A rule that opens is printed in
 * full the first time, and by its id after that.
 */
export type LayerBlocks = (answer: PermissionAnswer) => string;

/** The column where the rules of a layer begin, after `  ✓ federation  `. */
const COLUMN = 16;

/** Creates a formatter for one text; it remembers which rules were printed. */
export function createLayerBlocks(look: Pick<Output, 'paint' | 'width'>): LayerBlocks {
  const { green, red } = look.paint;
  const printed = new Set<string>();
  return ({ layers }) =>
    layers
      .map((answer) => {
        const label = `  ${answer.open ? green('✓') : red('✗')} ${answer.layer.padEnd(COLUMN - 4)}`;
        const lines = answer.open ? opening(answer, printed) : closingLines(answer);
        return `${label}${paintLines(lines, COLUMN, look).slice(COLUMN)}`;
      })
      .join('\n');
}

function opening({ rules }: LayerAnswer, printed: Set<string>): readonly Line[] {
  const known = rules.filter(({ id }) => printed.has(id)).map(({ id }) => id);
  const fresh = rules.filter(({ id }) => !printed.has(id));
  for (const { id } of fresh) printed.add(id);
  return [
    ...(known.length === 0 ? [] : [aside(known.join(', '))]),
    ...fresh.flatMap((rule) => ruleLines(rule)),
  ];
}

const aside = (text: string): Line => ({ indent: 0, text, tone: 'aside' });
