import type { Bindings } from '../../policy/compile-expression.js';
import { type CompiledRule, compileRule } from '../../policy/compile-rule.js';
import type { Rule } from '../../policy/rule.js';
import type { Schema } from '../../policy/schema.js';
import { type Finding, findingOf } from './finding.js';
import { formsOf, type LintedSet } from './lint-rules.js';
import { anyParties } from '../map/parties.js';
import { exists } from '../space/search.js';

/**
 * Rules that another one of their set always makes needless, whoever the members are: wherever it applies the other one
 * does, and decides the same or against it. Decided over everything that the two can tell apart; where that is too much,
 * that is said. Of two that say the same the later one is needless.
 */
export function lintShadowed({ rules, ...reach }: LintedSet, schema: Schema): readonly Finding[] {
  const compiled = rules.flatMap((rule) => {
    const made = compileRule(rule.json);
    return made === undefined ? [] : [{ rule, ...made }];
  });
  const covers = (other: Ran, one: Ran): boolean | undefined => {
    if (!mayCover(other, one)) return false;
    const found = (bindings: Bindings): boolean =>
      one.run(bindings) !== 'unsatisfied' && other.run(bindings) !== 'satisfied';
    const both = [one.rule, other.rule];
    let isDecided = true;
    for (const withSection of formsOf(one.concerns)) {
      const parties = anyParties(both, schema, reach);
      const apart = exists(schema, { rules: both, parties, withSection, found });
      if (apart === true) return false;
      isDecided &&= apart === false;
    }
    return isDecided || undefined;
  };
  return compiled.flatMap((one, index) => {
    const unknown: Rule[] = [];
    const other = compiled.find((each, at) => {
      if (at === index) return false;
      const isCovered = covers(each, one);
      if (isCovered === undefined) unknown.push(each.rule);
      return isCovered === true && (at < index || covers(one, each) !== true);
    });
    const { id, place: path } = one.rule;
    if (other !== undefined)
      return [findingOf('shadowed', { path, message: messageOf(one.rule, other.rule) })];
    if (unknown.length === 0) return [];
    const names = unknown.map((rule) => `\`${rule.id}\``).join(', ');
    const message = `not decided for \`${id}\`: whether it is needless beside ${names}`;
    return [findingOf('undecided', { path, message })];
  });
}

interface Ran extends CompiledRule {
  readonly rule: Rule;
}

/** What can be seen without asking: a permit opens nothing that a forbid closes, and may carry an obligation. */
function mayCover(other: Ran, one: Ran): boolean {
  const [a, b] = [one.rule, other.rule];
  if (![...one.concerns].every((permission) => other.concerns.has(permission))) return false;
  if (b.effect === 'forbid') return true;
  return a.effect === 'permit' && (a.obligation === undefined || a.obligation === b.obligation);
}

function messageOf(one: Rule, other: Rule): string {
  const verb = ({ effect }: Rule): string => (effect === 'permit' ? 'permits' : 'forbids');
  const nothing = one.effect === 'permit' ? 'opens nothing' : 'closes nothing';
  return `\`${one.id}\` ${nothing}: wherever it ${verb(one)}, \`${other.id}\` ${verb(other)} (${other.place})`;
}
