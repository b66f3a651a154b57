import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { isName } from './attribute-access.js';
import { compileExpression } from './compile-expression.js';
import { isNode, literalOf, type Node, operatorOf } from '../expression.js';
import { scopeMatches } from '../scope.js';

/** A construct that the compiled evaluator does not follow. */
export interface UnsupportedConstruct {
  /** What it is, for people: `the extension function \`ip\``. */
  readonly construct: string;
  /** The innermost node that has it; absent for one in the scope of the rule. */
  readonly node?: Node;
}

/**
 * Returns every construct of a rule that the compiled evaluator does not follow, in the order of the rule. Empty exactly
 * when `compileRule` compiles the rule; else Cedar evaluates the whole rule, and the tools of authors cannot look into
 * it (policies/README.md#what-only-cedar-evaluates).
 */
export function unsupportedIn(rule: PolicyJson): readonly UnsupportedConstruct[] {
  const scope = (['principal', 'resource'] as const)
    .filter((variable) => scopeMatches(rule, variable) === undefined)
    .map((variable) => ({ construct: `a literal for \`${variable}\` in the scope` }));
  return [...scope, ...rule.conditions.flatMap(({ body }) => unsupportedOf(body))];
}

function unsupportedOf(value: unknown): readonly UnsupportedConstruct[] {
  if (!isNode(value) || compileExpression(value) !== undefined) return [];
  const [operator, operands] = operatorOf(value);
  const inner = operator === 'Value' ? [] : Object.values(Object(operands) as object).flatMap(unsupportedOf);
  return inner.length > 0 ? inner : [{ construct: constructOf(operator, operands), node: value }];
}

function constructOf(operator: string, operands: unknown): string {
  if (operator === 'Var') return `the variable \`${String(operands)}\``;
  if (operator === 'Value') return valueName(operands);
  if (operator === 'hasTag' || operator === 'getTag') return `the tag operator \`${operator}\``;
  const names = isNode(operands)
    ? operator === 'Record'
      ? Object.keys(operands)
      : [operands['attr']].flat()
    : [];
  const name = names.find((each) => !isName(each));
  return names.length > 0
    ? `the attribute name \`${String(name)}\``
    : `the extension function \`${operator}\``;
}

function valueName(value: unknown): string {
  if (typeof value === 'number') return 'a number beyond 2^53';
  return literalOf(value) === undefined ? 'a value that is no literal' : 'an action as a value';
}
