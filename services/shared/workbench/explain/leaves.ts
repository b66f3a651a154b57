import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { compileExpression, type Term } from '../../policy/compile-expression.js';
import { isNode, type Node, operatorOf, pathOf } from '../../policy/expression.js';

/** An operand that no `&&`, `||`, `!` or `if` splits further, with the attributes that it reads. */
export interface ConditionLeaf {
  readonly term: Term;
  /** `resource.kind`, `resource.evaluation.source`, `principal.groups`, `context.section`. */
  readonly paths: readonly string[];
}

/**
 * Returns the leaves of all conditions of a rule; undefined when it has a construct that only Cedar evaluates
 * (docs/adr/0005).
 */
export function leavesOf(rule: PolicyJson): readonly ConditionLeaf[] | undefined {
  const leaves = rule.conditions.flatMap(({ body }) => divide(body as Node)).map(leafOf);
  return leaves.every((leaf) => leaf !== undefined) ? leaves : undefined;
}

function divide(node: Node): readonly Node[] {
  const [operator, inside] = operatorOf(node);
  if (!['&&', '||', '!', 'if-then-else'].includes(operator) || !isNode(inside)) return [node];
  return Object.values(inside).filter(isNode).flatMap(divide);
}

function leafOf(node: Node): ConditionLeaf | undefined {
  const term = compileExpression(node);
  return term && { term, paths: [...new Set(pathsIn(node))] };
}

function pathsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(pathsIn);
  if (!isNode(value)) return [];
  const path = pathOf(value);
  if (path !== undefined) return [path.join('.')];
  const [operator, inside] = operatorOf(value);
  if (operator === 'has' && isNode(inside)) {
    const [variable, above = ''] = pathOf(inside['left']) ?? [];
    return [[variable, above, inside['attr']].filter((step) => step !== '').join('.')];
  }
  return Object.values(value).flatMap(pathsIn);
}
