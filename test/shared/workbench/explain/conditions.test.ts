import { describe, expect, test } from 'vitest';
import { createBind } from '../../../../services/shared/workbench/explain/bind.js';
import { createEvaluateByCedar } from '../../../../services/shared/workbench/explain/cedar-conditions.js';
import {
  conditionsOf,
  type ExaminedPart,
  examine,
} from '../../../../services/shared/workbench/explain/conditions.js';
import { attributes, bravo, facts, loadWith, rule } from '../../policy/folder.js';

const RULES = {
  conjuncts:
    'when { resource.minor && (resource.kind == Kind::"red" && context.section == Section::"media") } unless { resource.codes.isEmpty() }',
  neither: 'unless { resource.minor || resource.kind == Kind::"blue" }',
  any: 'when { resource.kind == Kind::"red" || resource.minor || resource.tlp == Tlp::"red" }',
  cedar:
    'when { ip("::1").isInRange(if principal.groups.contains(Group::"sea") then ip("::1") else ip("::2")) && !(ip("::1").isLoopback()) }',
  rounded: 'when { 9223372036854775807 + 1 == 0 }',
  guarded: 'when { resource has personStatus && resource.personStatus == PersonStatus::"wanted" }',
};
const texts = Object.entries(RULES).map(([id, conditions]) =>
  rule(`permit (principal, action == Action::"disclose", resource) ${conditions};`, id),
);
const sets = loadWith({ 'alfa/export.cedar': texts.join('') });
const bind = createBind(sets.schema);
const byCedar = createEvaluateByCedar(sets);

/** Returns the conditions of a rule, evaluated for the section `media` of a notice for bravo. */
function examined(id: keyof typeof RULES, notice = attributes) {
  const recipient = facts.organisations.get(bravo)!;
  const question = { permission: 'disclose', recipient, notice, section: 'media' } as const;
  return examine(conditionsOf(sets.rules.get(id)!), {
    bindings: bind(question)!,
    byCedar: (node) => byCedar(node, question),
  });
}

const brief = ({ text, holds, join, parts }: ExaminedPart): unknown =>
  join === undefined ? [text, holds] : { [join]: parts.map(brief), holds };

describe('conditions of a rule', () => {
  test('they are the operands of `&&` in each `when`, and each `unless` whole, numbered in order of evaluation', () => {
    const conditions = examined('conjuncts');
    expect(conditions.map(({ id, text, holds }) => [id, text, holds])).toEqual([
      ['conjuncts#1', 'resource.minor', false],
      ['conjuncts#2', 'resource.kind == Kind::"red"', true],
      ['conjuncts#3', 'context.section == Section::"media"', true],
      ['conjuncts#4', 'unless resource.codes.isEmpty()', false],
    ]);
  });

  test('they state what must hold: a negated `or` is all of its negated parts', () => {
    const [condition] = examined('neither');
    expect(brief(condition!)).toEqual({
      all: [
        ['!resource.minor', true],
        ['!(resource.kind == Kind::"blue")', true],
      ],
      holds: true,
    });
  });

  test('an `or` is any of its parts, and parts behind the deciding one are evaluated too', () => {
    const [condition] = examined('any');
    expect(brief(condition!)).toEqual({
      any: [
        ['resource.kind == Kind::"red"', true],
        ['resource.minor', false],
        ['resource.tlp == Tlp::"red"', false],
      ],
      holds: true,
    });
  });

  test('a condition that cannot be evaluated is `unasked` behind one that fails', () => {
    const { personStatus: _, ...notice } = attributes;
    expect(examined('guarded', notice).map(({ holds }) => holds)).toEqual([false, 'unasked']);
  });

  test('a condition that only Cedar evaluates is evaluated by Cedar, unless its text is not known exactly', () => {
    expect(examined('cedar').map(({ holds }) => holds)).toEqual([true, false]);
    expect(examined('rounded').map(({ holds }) => holds)).toEqual(['unknown']);
  });
});
