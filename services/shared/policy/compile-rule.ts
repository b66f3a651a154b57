import type { ActionConstraint, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { type Bindings, compileExpression, type Term } from './compile-expression.js';
import type { Permission } from './engine.js';
import { literalOf } from './expression.js';

/** Whether a rule's conditions hold. `error`: one could not be evaluated, which denies. */
export type RuleResult = 'satisfied' | 'unsatisfied' | 'error';

/** A rule as closures. The scope is checked by `concerns`, so that rules of other permissions cost nothing. */
export interface CompiledRule {
  readonly concerns: ReadonlySet<Permission>;
  readonly run: (bindings: Bindings) => RuleResult;
}

interface Condition {
  readonly term: Term;
  readonly wanted: boolean;
}

const PERMISSIONS: readonly Permission[] = ['receive', 'disclose', 'advertise'];

/** Undefined for a rule with a construct that the compiler does not know. */
export function compileRule(rule: PolicyJson): CompiledRule | undefined {
  // `is` may only name the one type that the schema allows there; `==` and `in` are refused by the checks.
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

/** In their order, and no further than the first that does not hold: what follows cannot err then. */
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

/** The permissions that the scope of a rule names. */
export function permissionsOf(action: ActionConstraint): ReadonlySet<Permission> {
  if (action.op === 'All') return new Set(PERMISSIONS);
  const entities = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : [];
  const named = entities.map((each) => literalOf(each)?.id);
  return new Set(PERMISSIONS.filter((permission) => named.includes(permission)));
}
