import type { Bindings } from '../../policy/compile/term.js';
import { compileRule, type RuleResult } from '../../policy/compile/compile-rule.js';
import type { Permission } from '../../policy/engine.js';
import { literalsIn } from '../../policy/expression.js';
import type { DirectoryFacts } from '../../policy/facts.js';
import type { Rule } from '../../policy/rule.js';
import type { Schema } from '../../policy/schema.js';
import { type Finding, findingOf } from './finding.js';
import { type Lint } from './lints.js';
import { anyParties, type Parties, presentParties, type SetReach } from '../map/parties.js';
import { exists } from '../space/search.js';

/** A set whose rules fit the schema, with the parties it is asked about. */
export interface LintedSet extends SetReach {
  /** `europol/export`. */
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** What decides which questions the rules can be asked. */
export interface LintContext {
  readonly schema: Schema;
  readonly directory: DirectoryFacts;
}

/**
 * Lints each rule alone: finds rules that never apply and permits that always do. Decided over every question that the
 * rule can distinguish; when there are too many, the finding is `undecided`. A rule that only Cedar evaluates is not
 * analysed: `lintCedarOnly` says so.
 */
export function lintRules(set: LintedSet, context: LintContext): readonly Finding[] {
  return set.rules.flatMap((rule, index) => {
    let isDecided = true;
    const ask: Ask = (goal) => {
      const answer = someQuestion(rule, goal);
      isDecided &&= answer !== undefined;
      return answer;
    };
    const asking = { ...context, ask };
    const found =
      neverApplies(rule, set, asking) ??
      alwaysApplies(rule, { set, index, asking }) ??
      (isDecided || compileRule(rule.json) === undefined ? undefined : undecided(rule));
    return found === undefined ? [] : [findingOf(found.lint, { path: rule.place, message: found.message })];
  });
}

interface LintResult {
  readonly lint: Lint;
  readonly message: string;
}

type Ask = (goal: QuestionGoal) => boolean | undefined;

interface RuleLintContext extends LintContext {
  readonly ask: Ask;
}

function undecided({ id }: Rule): LintResult {
  return { lint: 'undecided', message: `not decided whether \`${id}\` ever applies, or always` };
}

function neverApplies(
  rule: Rule,
  set: LintedSet,
  { ask, ...context }: RuleLintContext,
): LintResult | undefined {
  const it = `\`${rule.id}\``;
  if (set.layer === 'import' && namesAdvertise(rule)) {
    return { lint: 'out-of-reach', message: `${it}: \`advertise\` is never asked of an import` };
  }
  const never = (parties: readonly Parties[], asKindsAllow: boolean): boolean =>
    ask({ parties, asKindsAllow, ...context, found: (result) => result !== 'unsatisfied' }) === false;
  const present = namedFirst(rule, presentParties(context.directory, set));
  if (!never(present, true)) return undefined;
  const any = anyParties([rule], context.schema, set);
  if (never(anyParties([rule], context.schema, { layer: 'federation' }), false))
    return { lint: 'contradictory', message: `${it} never applies: its conditions exclude each other` };
  if (never(any, false))
    return { lint: 'out-of-reach', message: `${it} never applies here: ${reachText(set)}` };
  // A forbid of notices that the schema of their kind rules out is kept without a finding, as a second line of defence.
  if (rule.effect === 'forbid' && !never(present, false)) return undefined;
  const why = never(any, true) ? 'no kind allows such a notice' : 'not between the present members';
  return { lint: 'dead', message: `${it} never applies: ${why}` };
}

/** Puts the parties that the rule names before all others, because a rule about a few members applies to no other. */
function namedFirst({ json }: Rule, parties: readonly Parties[]): readonly Parties[] {
  const named = new Set(literalsIn(json).map(({ id }) => id));
  const count = ({ originator, recipient }: Parties): number =>
    Number(named.has(originator)) + Number(named.has(recipient.id));
  return parties.toSorted((a, b) => count(b) - count(a));
}

/** Says which notices a member's set is asked about. */
function reachText({ name, layer, owner }: LintedSet): string {
  return layer === 'export'
    ? `\`${name}\` is asked about what goes from \`${owner}\` to another`
    : `\`${name}\` is asked about what comes to \`${owner}\` from another`;
}

interface AlwaysAppliesParams {
  readonly set: LintedSet;
  readonly index: number;
  readonly asking: RuleLintContext;
}

function alwaysApplies(
  rule: Rule,
  { set, index, asking: { schema, ask } }: AlwaysAppliesParams,
): LintResult | undefined {
  const isBase = set.layer === 'federation' && index === 0;
  if (rule.effect === 'forbid' || isBase) return undefined;
  const parties = anyParties([rule], schema, set);
  const fails = ask({ parties, schema, found: (result) => result !== 'satisfied' });
  if (fails !== false) return undefined;
  return set.layer === 'import'
    ? { lint: 'takes-all', message: `\`${rule.id}\` takes every notice from every member` }
    : { lint: 'unconditional', message: `\`${rule.id}\` permits without any condition` };
}

/** True when the scope names `advertise`; a rule about every action is about what its layer is asked. */
function namesAdvertise({ json, permissions }: Rule): boolean {
  return json.action.op !== 'All' && permissions.has('advertise');
}

interface QuestionGoal {
  readonly parties: readonly Parties[];
  readonly schema: Schema;
  readonly asKindsAllow?: boolean;
  readonly found: (result: RuleResult) => boolean;
}

/** True when some question about the rule has the looked-for result; undefined when that is not known. */
function someQuestion(rule: Rule, { schema, found, ...among }: QuestionGoal): boolean | undefined {
  const compiled = compileRule(rule.json);
  if (compiled === undefined) return undefined;
  const answers = formsOf(rule.permissions).map((withSection) =>
    exists(schema, {
      ...among,
      rules: [rule],
      withSection,
      found: (bindings: Bindings) => found(compiled.run(bindings)),
    }),
  );
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

/** Returns whether questions about these permissions have a section: false, true or both. */
export function formsOf(permissions: ReadonlySet<Permission>): readonly boolean[] {
  const withSection = permissions.has('disclose') || permissions.has('advertise');
  return [...(permissions.has('receive') ? [false] : []), ...(withSection ? [true] : [])];
}
