import { type ExaminedRule, nearestOf } from '../check/examine-rule.js';
import type { LayerAnswer } from './explain-layer.js';
import { type Line, ruleWithConditions } from './rule-lines.js';

/** How many of the equally near permits are shown in full; the others are named. */
const MAX_NEAR_PERMITS = 2;

/** Returns lines about what closes a layer: errors, forbids, and the nearest permits, condition by condition. */
export function closingLines({ rules, nearMisses, errors }: LayerAnswer): readonly Line[] {
  const forbids = rules.filter(({ effect }) => effect === 'forbid');
  const lines = [
    ...errors.map((error) => plain(`cannot be evaluated: ${error}`)),
    ...forbids.flatMap((rule) => ruleWithConditions(rule)),
    ...missed(nearMisses, forbids.length > 0),
  ];
  return lines.length > 0 ? lines : [plain('no permit is about this')];
}

/** Returns the nearest permits in full, and the names of those further away. */
function missed(nearMisses: readonly ExaminedRule[], isForbidden: boolean): readonly Line[] {
  if (nearMisses.length === 0) return [];
  const near = nearestOf(nearMisses, MAX_NEAR_PERMITS);
  const further = nearMisses.filter((rule) => !near.includes(rule)).map(({ id }) => id);
  return [
    plain(`${isForbidden ? 'and ' : ''}no permit applies, the nearest:`),
    ...near.flatMap((rule) => ruleWithConditions(rule)),
    ...(further.length === 0 ? [] : [aside(`further away: ${further.join(', ')}`)]),
  ];
}

const plain = (text: string): Line => ({ indent: 0, text, tone: 'plain' });
const aside = (text: string): Line => ({ indent: 0, text, tone: 'aside' });
