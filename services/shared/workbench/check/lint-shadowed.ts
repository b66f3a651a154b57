import type { Bindings } from '../../policy/compile/term.js';
import { type CompiledRule, compileRule } from '../../policy/compile/compile-rule.js';
import type { Rule } from '../../policy/rule.js';
import type { Schema } from '../../policy/schema.js';
import { type Finding, findingOf } from './finding.js';
import { formsOf, type LintedSet } from './lint-rules.js';
import { anyParties } from '../map/parties.js';
import { exists } from '../space/search.js';

/**
 * Finds rules that another rule of their set makes redundant, for any members: wherever the rule applies, the other one
 * applies too and decides the same or overrides it. Of two equal rules the later one is redundant. Decided over every
 * question that the two can distinguish; when there are too many, the finding is `undecided`.
 */
export function lintShadowed({ rules, ...reach }: LintedSet, schema: Schema): readonly Finding[] {
  const compiled = rules.flatMap((rule) => {
    const made = compileRule(rule.json);
    return made === undefined ? [] : [{ rule, ...made }];
  });
  const covers = (other: CompiledWithRule, one: CompiledWithRule): boolean | undefined => {
    if (!mayCover(other, one)) return false;
    const found = (bindings: Bindings): boolean =>
      one.run(bindings) !== 'unsatisfied' && other.run(bindings) !== 'satisfied';
    const both = [one.rule, other.rule];
    let isDecided = true;
    for (const withSection of formsOf(one.rule.permissions)) {
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
    const message = `not decided whether ${names} makes \`${id}\` redundant`;
    return [findingOf('undecided', { path, message })];
  });
}

interface CompiledWithRule extends CompiledRule {
  readonly rule: Rule;
}

/**
 * False when `other` certainly does not cover `one`: a permit covers no forbid, and no permit with another obligation.
 */
function mayCover(other: CompiledWithRule, one: CompiledWithRule): boolean {
  const [a, b] = [one.rule, other.rule];
  if (a.permissions.size === 0 || ![...a.permissions].every((permission) => b.permissions.has(permission)))
    return false;
  if (b.effect === 'forbid') return true;
  return a.effect === 'permit' && (a.obligation === undefined || a.obligation === b.obligation);
}

function messageOf(one: Rule, other: Rule): string {
  const verb = ({ effect }: Rule): string => (effect === 'permit' ? 'permits' : 'forbids');
  const nothing = one.effect === 'permit' ? 'opens nothing' : 'closes nothing';
  return `\`${one.id}\` ${nothing}: wherever it ${verb(one)}, \`${other.id}\` ${verb(other)} (${other.place})`;
}
