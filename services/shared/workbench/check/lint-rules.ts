import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Bindings } from '../../policy/compile-expression.js';
import { compileRule, type RuleResult } from '../../policy/compile-rule.js';
import type { Permission } from '../../policy/engine.js';
import { literalOf } from '../../policy/expression.js';
import type { DirectoryFacts } from '../../policy/facts.js';
import type { Rule } from '../../policy/rule.js';
import type { Schema } from '../../policy/schema.js';
import { type Finding, findingOf } from './finding.js';
import { type Lint } from './lints.js';
import { anyParties, type Parties, presentParties, type SetReach } from '../map/parties.js';
import { exists } from '../space/search.js';

/** A set whose rules fit the schema, and what it is asked about. */
export interface LintedSet extends SetReach {
  /** `europol/export`. */
  readonly name: string;
  readonly rules: readonly Rule[];
}

export interface LintContext {
  readonly schema: Schema;
  readonly directory: DirectoryFacts;
}

/**
 * What can be said of each rule alone: that it never applies, and for a permit that it always does. Decided over
 * everything that the rule can tell apart; where that is too much, that is said.
 */
export function lintRules(set: LintedSet, context: LintContext): readonly Finding[] {
  return set.rules.flatMap((rule, index) => {
    let isDecided = true;
    const ask: Ask = (looking) => {
      const answer = someQuestion(rule, looking);
      isDecided &&= answer !== undefined;
      return answer;
    };
    const asking = { ...context, ask };
    const says =
      neverApplies(rule, set, asking) ??
      alwaysApplies(rule, { set, index, asking }) ??
      (isDecided ? undefined : undecided(rule));
    return says === undefined ? [] : [findingOf(says.lint, { path: rule.place, message: says.message })];
  });
}

interface Said {
  readonly lint: Lint;
  readonly message: string;
}

type Ask = (looking: Looking) => boolean | undefined;

interface Asking extends LintContext {
  readonly ask: Ask;
}

function undecided({ id }: Rule): Said {
  return { lint: 'undecided', message: `not decided for \`${id}\`: whether it ever, or always, applies` };
}

function neverApplies(rule: Rule, set: LintedSet, { ask, ...context }: Asking): Said | undefined {
  const it = `\`${rule.id}\``;
  if (set.layer === 'import' && namesAdvertise(rule.json)) {
    return { lint: 'out-of-reach', message: `${it}: \`advertise\` is never asked of an import` };
  }
  const never = (parties: readonly Parties[], asKindsAllow: boolean): boolean =>
    ask({ parties, asKindsAllow, ...context, found: (result) => result !== 'unsatisfied' }) === false;
  if (!never(presentParties(context.directory, set), true)) return undefined;
  const any = anyParties([rule], context.schema, set);
  if (never(anyParties([rule], context.schema, { layer: 'federation' }), false))
    return { lint: 'contradictory', message: `${it} never applies: its conditions exclude each other` };
  if (never(any, false))
    return { lint: 'out-of-reach', message: `${it} never applies here: ${reachText(set)}` };
  // A forbid of what the schemas of the kinds rule out already is a second line of defence.
  if (rule.effect === 'forbid' && !never(presentParties(context.directory, set), false)) return undefined;
  const why = never(any, true) ? 'no kind allows such a notice' : 'not between the present members';
  return { lint: 'dead', message: `${it} never applies: ${why}` };
}

/** Whom a set of a member is asked about. */
function reachText({ name, layer, owner }: LintedSet): string {
  return layer === 'export'
    ? `\`${name}\` is asked about what goes from \`${owner}\` to another`
    : `\`${name}\` is asked about what comes to \`${owner}\` from another`;
}

interface Placed {
  readonly set: LintedSet;
  readonly index: number;
  readonly asking: Asking;
}

function alwaysApplies(rule: Rule, { set, index, asking: { schema, ask } }: Placed): Said | undefined {
  const isBase = set.layer === 'federation' && index === 0;
  if (rule.effect === 'forbid' || isBase) return undefined;
  const parties = anyParties([rule], schema, set);
  const fails = ask({ parties, schema, found: (result) => result !== 'satisfied' });
  if (fails !== false) return undefined;
  return set.layer === 'import'
    ? { lint: 'takes-all', message: `\`${rule.id}\` takes from everybody, whatever it is` }
    : { lint: 'unconditional', message: `\`${rule.id}\` permits without any condition` };
}

/** Of a rule by that name alone: one for every action concerns what its layer is asked. */
function namesAdvertise({ action }: PolicyJson): boolean {
  const named = 'entities' in action ? action.entities : 'entity' in action ? [action.entity] : [];
  return named.some((each) => literalOf(each)?.id === 'advertise');
}

interface Looking {
  readonly parties: readonly Parties[];
  readonly schema: Schema;
  readonly asKindsAllow?: boolean;
  readonly found: (result: RuleResult) => boolean;
}

/** Whether the rule answers so to any question that concerns it; undefined when that is not known. */
function someQuestion(rule: Rule, { schema, found, ...among }: Looking): boolean | undefined {
  const compiled = compileRule(rule.json);
  if (compiled === undefined) return undefined;
  const answers = formsOf(compiled.concerns).map((withSection) =>
    exists(schema, {
      ...among,
      rules: [rule],
      withSection,
      found: (bindings: Bindings) => found(compiled.run(bindings)),
    }),
  );
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

/** With a section, without one, or both. */
export function formsOf(concerns: ReadonlySet<Permission>): readonly boolean[] {
  const withSection = concerns.has('disclose') || concerns.has('advertise');
  return [...(concerns.has('receive') ? [false] : []), ...(withSection ? [true] : [])];
}
