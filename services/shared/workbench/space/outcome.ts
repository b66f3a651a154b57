import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Permission } from '../../policy/engine.js';
import type { Node } from '../../policy/expression.js';
import type { Rule } from '../../policy/rule.js';
import type { FixedBindings, Truth } from './atom.js';
import type { ConditionOf } from './condition.js';
import type { Diagram, Diagrams } from './diagram.js';

/** The rules of a set that apply to a notice, in the order of the file. */
export interface Outcome {
  readonly permits: readonly string[];
  readonly forbids: readonly string[];
  /** Rules that cannot be evaluated. */
  readonly errors: readonly string[];
}

/** The outcome of a set when no rule applies. */
export const EMPTY_OUTCOME: Outcome = { permits: [], forbids: [], errors: [] };

/** True when the outcome is allow: Cedar's rule, and any error denies (as in `compiled-engine.ts`). */
export function allows({ permits, forbids, errors }: Outcome): boolean {
  return forbids.length === 0 && permits.length > 0 && errors.length === 0;
}

/** Returns the rules that decided, as an engine reports them. */
export function decidingOf({ permits, forbids }: Outcome): readonly string[] {
  return forbids.length > 0 ? forbids : permits;
}

interface OutcomeParams {
  readonly permission: Permission;
  readonly fixed: FixedBindings;
}

/** Returns the outcome of a set as a function of the notice. */
export type OutcomeOf = (rules: readonly Rule[], params: OutcomeParams) => Diagram<Outcome>;

type Add = (outcome: Outcome, applies: Truth) => Outcome;

/** Returns an `OutcomeOf` that evaluates conditions with `conditionOf`. */
export function createOutcomeOf(diagrams: Diagrams, conditionOf: ConditionOf): OutcomeOf {
  const adding = new WeakMap<Rule, Add>();
  const addOf = (rule: Rule): Add => {
    const add = adding.get(rule) ?? createAdd(rule);
    adding.set(rule, add);
    return add;
  };
  return (rules, { permission, fixed }) => {
    let outcome = diagrams.leaf(EMPTY_OUTCOME);
    for (const rule of rules) {
      if (!rule.permissions.has(permission)) continue;
      const applies = appliesTo(rule.json, { diagrams, conditionOf, fixed });
      if (applies !== diagrams.leaf(false)) outcome = diagrams.combine(addOf(rule), outcome, applies);
    }
    return outcome;
  };
}

function createAdd({ id, effect }: Rule): Add {
  const list = effect === 'permit' ? 'permits' : 'forbids';
  return (outcome, applies) => {
    if (applies === false) return outcome;
    const name = applies === 'error' ? 'errors' : list;
    return { ...outcome, [name]: [...outcome[name], id] };
  };
}

interface AppliesParams {
  readonly diagrams: Diagrams;
  readonly conditionOf: ConditionOf;
  readonly fixed: FixedBindings;
}

const andWhen = (before: Truth, holds: Truth): Truth => (before === true ? holds : before);
const andUnless = (before: Truth, holds: Truth): Truth =>
  before !== true || holds === 'error' ? andWhen(before, holds) : !holds;

/** Returns whether a rule applies, as a function of the notice; conditions after one that fails are not evaluated. */
export function appliesTo(json: PolicyJson, { diagrams, conditionOf, fixed }: AppliesParams): Diagram<Truth> {
  let applies: Diagram<Truth> = diagrams.leaf<Truth>(true);
  for (const { kind, body } of json.conditions) {
    if (applies === diagrams.leaf(false)) break;
    const condition = conditionOf(body as Node, fixed);
    applies = diagrams.combine(kind === 'when' ? andWhen : andUnless, applies, condition);
  }
  return applies;
}
