import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { compileExpression } from '../../policy/compile/compile-expression.js';
import type { Term } from '../../policy/compile/term.js';
import { type AttributeRead, attributeReads } from '../../policy/attribute-reads.js';
import { isNode, type Node, operatorOf } from '../../policy/expression.js';

/** An operand that no `&&`, `||`, `!` or `if` splits further, with the attributes that it reads. */
export interface ConditionLeaf {
  readonly term: Term;
  /** `resource.kind`, `principal.groups`, `context.section`; `resource.evaluation` is every attribute in it. */
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

/** A read of a whole variable is the name of the variable. */
function pathName({ variable, path }: AttributeRead): string {
  return path === '' ? variable : `${variable}.${path}`;
}

function leafOf(node: Node): ConditionLeaf | undefined {
  const term = compileExpression(node);
  return term && { term, paths: attributeReads(node).map(pathName) };
}

/** True when a leaf reads an attribute: `resource.evaluation.source`, also as a part of `resource.evaluation`. */
export function readsPath({ paths }: Pick<ConditionLeaf, 'paths'>, path: string): boolean {
  return paths.some((read) => path === read || path.startsWith(`${read}.`));
}
