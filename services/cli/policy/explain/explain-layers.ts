import { closingLines } from '../../../shared/workbench/explain/closing-lines.js';
import type { PermissionAnswer } from '../../../shared/workbench/explain/explain.js';
import type { LayerAnswer } from '../../../shared/workbench/explain/explain-layer.js';
import { type Line, ruleLines } from '../../../shared/workbench/explain/rule-lines.js';
import type { Output } from '../../terminal/output.js';
import { paintLines } from '../paint-lines.js';

/**
 * A block for each layer: what opens it, or what closes it, condition by condition. The words of a rule that opens are
 * told once in a text, afterwards its id stands for them.
 */
export type LayerBlocks = (answer: PermissionAnswer) => string;

/** Where the rules of a layer begin: behind `  ✓ federation  `. */
const COLUMN = 16;

export function createLayerBlocks(look: Pick<Output, 'paint' | 'width'>): LayerBlocks {
  const { green, red } = look.paint;
  const told = new Set<string>();
  return ({ layers }) =>
    layers
      .map((answer) => {
        const label = `  ${answer.open ? green('✓') : red('✗')} ${answer.layer.padEnd(COLUMN - 4)}`;
        const lines = answer.open ? opening(answer, told) : closingLines(answer);
        return `${label}${paintLines(lines, COLUMN, look).slice(COLUMN)}`;
      })
      .join('\n');
}

function opening({ rules }: LayerAnswer, told: Set<string>): readonly Line[] {
  const known = rules.filter(({ id }) => told.has(id)).map(({ id }) => id);
  const fresh = rules.filter(({ id }) => !told.has(id));
  for (const { id } of fresh) told.add(id);
  return [
    ...(known.length === 0 ? [] : [aside(known.join(', '))]),
    ...fresh.flatMap((rule) => ruleLines(rule)),
  ];
}

const aside = (text: string): Line => ({ indent: 0, text, tone: 'aside' });
