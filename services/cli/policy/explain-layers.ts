import { type ExaminedRule, nearestOf } from '../../shared/policy/workbench/examine-rule.js';
import type { Answer } from '../../shared/policy/workbench/explain.js';
import type { LayerAnswer } from '../../shared/policy/workbench/explain-layer.js';
import { type Line, ruleLines, ruleWithConditions } from '../../shared/policy/workbench/rule-lines.js';
import type { Output } from '../output.js';
import { paintLines } from './paint-lines.js';

/**
 * A block for each layer: what opens it, or what closes it, condition by condition. The words of a rule that opens are
 * told once in a text, afterwards its id stands for them.
 */
export type LayerBlocks = (answer: Answer) => string;

/** Where the rules of a layer begin: behind `  ✓ federation  `. */
const COLUMN = 16;
/** So many of the permits that come equally near; the others are named. */
const MOST = 2;

export function createLayerBlocks(look: Pick<Output, 'paint' | 'width'>): LayerBlocks {
  const { green, red } = look.paint;
  const told = new Set<string>();
  return ({ layers }) =>
    layers
      .map((answer) => {
        const label = `  ${answer.open ? green('✓') : red('✗')} ${answer.layer.padEnd(COLUMN - 4)}`;
        const lines = answer.open ? opening(answer, told) : closing(answer);
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

function closing({ rules, nearMisses, errors }: LayerAnswer): readonly Line[] {
  const forbids = rules.filter(({ effect }) => effect === 'forbid');
  const lines = [
    ...errors.map((error) => plain(`cannot be evaluated: ${error}`)),
    ...forbids.flatMap((rule) => ruleWithConditions(rule)),
    ...missed(nearMisses, forbids.length > 0),
  ];
  return lines.length > 0 ? lines : [plain('no permit is about this')];
}

/** The permits that came nearest, in full, and the names of those further away. */
function missed(nearMisses: readonly ExaminedRule[], isForbidden: boolean): readonly Line[] {
  if (nearMisses.length === 0) return [];
  const near = nearestOf(nearMisses, MOST);
  const further = nearMisses.filter((rule) => !near.includes(rule)).map(({ id }) => id);
  return [
    plain(`${isForbidden ? 'and ' : ''}no permit applies, the nearest:`),
    ...near.flatMap((rule) => ruleWithConditions(rule)),
    ...(further.length === 0 ? [] : [aside(`further away: ${further.join(', ')}`)]),
  ];
}

const plain = (text: string): Line => ({ indent: 0, text, tone: 'plain' });
const aside = (text: string): Line => ({ indent: 0, text, tone: 'aside' });
