import type { Question } from '../../policy/engine.js';
import type { Rule } from '../../policy/rule.js';
import { createBind } from '../explain/bind.js';
import { createEvaluateByCedar } from '../explain/cedar-conditions.js';
import { conditionsOf, type ExaminedCondition, examine } from '../explain/conditions.js';
import type { Workspace } from '../workspace.js';

/** A rule with its annotations, and which of its conditions hold for a question. */
export interface ExaminedRule extends Pick<Rule, 'id' | 'effect' | 'reason' | 'place'> {
  readonly article?: string;
  readonly obligation?: string;
  /** Empty also when the question does not fit the schema. */
  readonly conditions: readonly ExaminedCondition[];
}

/** Evaluates each condition of a rule for a question. */
export type ExamineRule = (rule: Rule, question: Question) => ExaminedRule;

/** Returns an `ExamineRule` for questions about the schema of these sets. */
export function createExamineRule({ sets }: Pick<Workspace, 'sets'>): ExamineRule {
  const bind = createBind(sets.schema);
  const byCedar = createEvaluateByCedar(sets);
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
      conditions:
        bindings === undefined
          ? []
          : examine(conditionsOf(rule), { bindings, byCedar: (node) => byCedar(node, question) }),
    };
  };
}

/** Returns how many conditions of the rule do not hold; a rule applies when it is 0. */
export function failedConditionCount({ conditions }: ExaminedRule): number {
  return conditions.filter(({ holds }) => holds !== true).length;
}

/**
 * Sorts rules by how near they are to applying: fewest failed conditions, then most that hold, then the order given.
 */
export function nearestFirst(rules: readonly ExaminedRule[]): readonly ExaminedRule[] {
  return rules.toSorted(
    (a, b) => failedConditionCount(a) - failedConditionCount(b) || b.conditions.length - a.conditions.length,
  );
}

/** Returns the rules that are equally near to applying, nearest of all, at most `limit` of them. */
export function nearestOf(rules: readonly ExaminedRule[], limit: number): readonly ExaminedRule[] {
  const sorted = nearestFirst(rules);
  const isAsNear = (rule: ExaminedRule): boolean =>
    sorted[0] !== undefined &&
    failedConditionCount(rule) === failedConditionCount(sorted[0]) &&
    rule.conditions.length === sorted[0].conditions.length;
  return sorted.filter(isAsNear).slice(0, limit);
}
