import { createCedarSlots } from '../../policy/cedar/cedar-engine.js';
import type { Engine, Question } from '../../policy/engine.js';
import { hasRoundedNumber, type Node } from '../../policy/expression.js';
import { onlySets, type PolicySets } from '../../policy/policies.js';
import { readRules } from '../../policy/rule.js';
import { printExpression } from '../print/print-expression.js';

/**
 * Evaluates a condition that the compiled evaluator does not follow, by Cedar. `error`: it cannot be evaluated.
 * Undefined for a number that the JSON form of the rule may have rounded.
 */
export type EvaluateByCedar = (condition: Node, question: Question) => boolean | 'error' | undefined;

const NAME = 'condition';

/** Returns an `EvaluateByCedar` for questions about the schema of these sets. Each condition is loaded once. */
export function createEvaluateByCedar(sets: PolicySets): EvaluateByCedar {
  const engines = new Map<string, Engine>();
  return (condition, question) => {
    if (hasRoundedNumber(condition)) return undefined;
    const text = printExpression(condition);
    const engine = engines.get(text) ?? createCedarSlots().load(setOf(sets, text));
    engines.set(text, engine);
    const { decision, errors } = engine.evaluate(NAME, question);
    return errors.length > 0 ? 'error' : decision === 'allow';
  };
}

/** Returns a set of one rule that permits where the condition holds. */
function setOf(sets: PolicySets, condition: string): PolicySets {
  const text = `@id("${NAME}") @reason("${NAME}") permit (principal, action, resource) when { ${condition} };`;
  const { rules } = readRules({ path: NAME, text }, sets.schema);
  return onlySets(sets, [{ name: NAME, layer: 'federation', rules }]);
}
