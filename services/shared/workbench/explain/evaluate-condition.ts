import { createCedarSlots } from '../../policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../policy/compiled-engine.js';
import type { Question } from '../../policy/engine.js';
import { onlySets, type PolicySet } from '../../policy/policies.js';
import type { Rule } from '../../policy/rule.js';
import { createExamineRule } from '../check/examine-rule.js';
import type { Workspace } from '../workspace.js';
import type { ExaminedCondition } from './conditions.js';

/** The value of a condition for one notice and one recipient. */
export interface EvaluatedCondition {
  /** `error`: it cannot be evaluated, which denies. */
  readonly value: boolean | 'error';
  /** Its operands of `&&`, each with the values that it compares. */
  readonly parts: readonly ExaminedCondition[];
}

/** Returns a function that evaluates a condition (`readCondition`) as a rule of this workspace would be evaluated. */
export function createEvaluate({ sets }: Pick<Workspace, 'sets'>, condition: Rule) {
  const set: PolicySet = { name: 'federation', layer: 'federation', rules: [condition] };
  const engine = createCompiledEngine(onlySets(sets, [set]), createCedarSlots());
  const examineRule = createExamineRule({ sets });
  return (question: Question): EvaluatedCondition => {
    const { decision, errors } = engine.evaluate(set.name, question);
    const value = errors.length > 0 ? 'error' : decision === 'allow';
    return { value, parts: examineRule(condition, question).conditions };
  };
}
