import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { compileExpression } from './compile-expression.js';
import type { Bindings, Term } from './term.js';
import { scopeMatches } from '../scope.js';

/** Whether all conditions of a rule hold. `error`: one cannot be evaluated, which denies. */
export type RuleResult = 'satisfied' | 'unsatisfied' | 'error';

/**
 * A rule as closures: whether its conditions hold. Callers check first that the question is about one of the rule's
 * `permissions`, so that other rules cost nothing.
 */
export interface CompiledRule {
  readonly run: (bindings: Bindings) => RuleResult;
}

interface Condition {
  readonly term: Term;
  readonly wanted: boolean;
}

/** Compiles a rule; undefined for a rule with an unsupported construct. */
export function compileRule(rule: PolicyJson): CompiledRule | undefined {
  // A scope that matches nothing leaves the rule without permissions. The checks refuse one that depends on the question.
  if (scopeMatches(rule, 'principal') === undefined || scopeMatches(rule, 'resource') === undefined)
    return undefined;
  const conditions = rule.conditions.map(({ kind, body }) => {
    const term = compileExpression(body);
    return term && { term, wanted: kind === 'when' };
  });
  if (conditions.includes(undefined)) return undefined;
  return { run: createRun(conditions as readonly Condition[]) };
}

/** Evaluates conditions in order and stops at the first that does not hold, so that later ones cannot err. */
function createRun(conditions: readonly Condition[]): (bindings: Bindings) => RuleResult {
  return (bindings) => {
    for (const { term, wanted } of conditions) {
      const value = term(bindings);
      if (typeof value !== 'boolean') return 'error';
      if (value !== wanted) return 'unsatisfied';
    }
    return 'satisfied';
  };
}
