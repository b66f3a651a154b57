import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Node } from '../../policy/expression.js';
import type { Rule } from '../../policy/rule.js';
import type { KnownQuestion, Truth } from './atom.js';
import type { ConditionOf } from './condition.js';
import type { Diagram, Diagrams } from './diagram.js';

/** The rules of a set that apply to a notice, in the order of the file. */
export interface Outcome {
  readonly permits: readonly string[];
  readonly forbids: readonly string[];
  /** Rules that cannot be evaluated. */
  readonly errors: readonly string[];
  /** True when no rule is evaluated, because the notice or the recipient does not fit the schema. */
  readonly unfit?: true;
}

/** The outcome of a set when no rule applies. */
export const EMPTY_OUTCOME: Outcome = { permits: [], forbids: [], errors: [] };

/** The outcome of a set for what does not fit the schema: an error, which denies. */
export const UNFIT_OUTCOME: Outcome = { ...EMPTY_OUTCOME, unfit: true };

/** True when the outcome is allow: Cedar's rule, and any error denies (as in `compiled-engine.ts`). */
export function allows(outcome: Outcome): boolean {
  return outcome.forbids.length === 0 && outcome.permits.length > 0 && !errs(outcome);
}

/** True when the set cannot be evaluated, which denies. */
export function errs({ errors, unfit }: Outcome): boolean {
  return errors.length > 0 || unfit === true;
}

/**
 * Returns the rules that decided, as an engine reports them: those that cannot be evaluated come before all
 * others.
 */
export function decidingOf({ permits, forbids, errors }: Outcome): readonly string[] {
  if (errors.length > 0) return errors;
  return forbids.length > 0 ? forbids : permits;
}

/** Returns the outcome of a set as a function of the notice. */
export type OutcomeOf = (rules: readonly Rule[], known: KnownQuestion) => Diagram<Outcome>;

type Add = (outcome: Outcome, applies: Truth) => Outcome;

/** Returns an `OutcomeOf` that evaluates conditions with `conditionOf`. */
export function createOutcomeOf(diagrams: Diagrams, conditionOf: ConditionOf): OutcomeOf {
  const addByRule = new WeakMap<Rule, Add>();
  const addOf = (rule: Rule): Add => {
    const add = addByRule.get(rule) ?? createAdd(rule);
    addByRule.set(rule, add);
    return add;
  };
  return (rules, known) => {
    let outcome = diagrams.leaf(EMPTY_OUTCOME);
    for (const rule of rules) {
      if (!rule.permissions.has(known.permission)) continue;
      const applies = appliesTo(rule.json, { diagrams, conditionOf, known: { ...known, text: rule.text } });
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
  readonly known: KnownQuestion;
}

const andWhen = (before: Truth, holds: Truth): Truth => (before === true ? holds : before);
const andUnless = (before: Truth, holds: Truth): Truth =>
  before !== true || holds === 'error' ? andWhen(before, holds) : !holds;

/** Returns whether a rule applies, as a function of the notice; conditions after one that fails are not evaluated. */
export function appliesTo(json: PolicyJson, { diagrams, conditionOf, known }: AppliesParams): Diagram<Truth> {
  let applies: Diagram<Truth> = diagrams.leaf<Truth>(true);
  for (const { kind, body } of json.conditions) {
    if (applies === diagrams.leaf(false)) break;
    const condition = conditionOf(body as Node, known);
    applies = diagrams.combine(kind === 'when' ? andWhen : andUnless, applies, condition);
  }
  return applies;
}
