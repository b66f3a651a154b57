import type { ActionConstraint, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { type Bindings, compileExpression, type Term } from './compile-expression.js';
import type { Permission } from './engine.js';
import { literalOf } from './expression.js';

/** Whether all conditions of a rule hold. `error`: one cannot be evaluated, which denies. */
export type RuleResult = 'satisfied' | 'unsatisfied' | 'error';

/** A rule as closures. Callers check `concerns` first, so that rules about other permissions cost nothing. */
export interface CompiledRule {
  readonly concerns: ReadonlySet<Permission>;
  readonly run: (bindings: Bindings) => RuleResult;
}

interface Condition {
  readonly term: Term;
  readonly wanted: boolean;
}

const PERMISSIONS: readonly Permission[] = ['receive', 'disclose', 'advertise'];

/** Compiles a rule; undefined for a rule with an unsupported construct. */
export function compileRule(rule: PolicyJson): CompiledRule | undefined {
  // `is` can only name the one type that the schema allows; the checks refuse `==` and `in` with a literal.
  if (!['All', 'is'].includes(rule.principal.op) || !['All', 'is'].includes(rule.resource.op))
    return undefined;
  if ('in' in rule.principal || 'in' in rule.resource) return undefined;
  const conditions = rule.conditions.map(({ kind, body }) => {
    const term = compileExpression(body);
    return term && { term, wanted: kind === 'when' };
  });
  if (conditions.includes(undefined)) return undefined;
  return { concerns: permissionsOf(rule.action), run: createRun(conditions as readonly Condition[]) };
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

/** Returns the permissions that the scope of a rule names. */
export function permissionsOf(action: ActionConstraint): ReadonlySet<Permission> {
  if (action.op === 'All') return new Set(PERMISSIONS);
  const entities = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : [];
  const named = entities.map((each) => literalOf(each)?.id);
  return new Set(PERMISSIONS.filter((permission) => named.includes(permission)));
}
