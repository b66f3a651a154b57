import type { Question } from '../../policy/engine.js';
import type { Rule } from '../../policy/rule.js';
import { createBind } from '../explain/bind.js';
import { conditionsOf, type Examined, examine } from '../explain/conditions.js';
import type { Workspace } from '../workspace.js';

/** A rule with what it says of itself, and how its conditions stand. */
export interface ExaminedRule extends Pick<Rule, 'id' | 'effect' | 'reason' | 'place'> {
  readonly article?: string;
  readonly obligation?: string;
  /** Empty also where the question does not fit the schema. */
  readonly conditions: readonly Examined[];
}

export type ExamineRule = (rule: Rule, question: Question) => ExaminedRule;

export function createExamineRule({ sets }: Pick<Workspace, 'sets'>): ExamineRule {
  const bind = createBind(sets.schema);
  return (rule, question) => {
    const { id, effect, reason, place, article, obligation } = rule;
    const bindings = bind(question);
    return {
      id,
      effect,
      reason,
      place,
      ...(article === undefined ? {} : { article }),
      ...(obligation === undefined ? {} : { obligation }),
      conditions: bindings === undefined ? [] : examine(conditionsOf(rule), bindings),
    };
  };
}

/** How many of its conditions stand against it; a rule applies when none does. */
export function failedConditionCount({ conditions }: ExaminedRule): number {
  return conditions.filter(({ holds }) => holds !== true).length;
}

/** The fewer conditions fail the nearer, then the more hold, else in the order of the file. */
export function nearestFirst(rules: readonly ExaminedRule[]): readonly ExaminedRule[] {
  return rules.toSorted(
    (a, b) => failedConditionCount(a) - failedConditionCount(b) || b.conditions.length - a.conditions.length,
  );
}

/** Those that come nearest, but no more than `most`. */
export function nearestOf(rules: readonly ExaminedRule[], most: number): readonly ExaminedRule[] {
  const sorted = nearestFirst(rules);
  const isAsNear = (rule: ExaminedRule): boolean =>
    sorted[0] !== undefined &&
    failedConditionCount(rule) === failedConditionCount(sorted[0]) &&
    rule.conditions.length === sorted[0].conditions.length;
  return sorted.filter(isAsNear).slice(0, most);
}
