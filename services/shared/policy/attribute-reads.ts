import { isNode, literalOf, type Node, operatorOf, pathOf } from './expression.js';

/**
 * An attribute that an expression reads, with everything inside it: path `evaluation` of `resource` is both of its
 * attributes, and an empty path is the whole variable.
 */
export interface AttributeRead {
  /** `principal`, `action`, `resource` or `context`. */
  readonly variable: string;
  readonly path: string;
  /** True when only its presence matters, as for `resource has personStatus`. */
  readonly isPresence: boolean;
}

/** The variable whose entity a literal of the type may name: `Notice::"x".kind` may read the notice. */
const VARIABLE_OF: ReadonlyMap<string, string> = new Map([
  ['Notice', 'resource'],
  ['Organisation', 'principal'],
]);

/** What a node reads itself, and the operands that read the rest. */
export interface NodeReads {
  readonly reads: readonly AttributeRead[];
  readonly operands: readonly Node[];
}

/**
 * Returns what one node reads. The only place that knows which operators read an attribute without evaluating it: the
 * plan's key, the decision diagrams and the searches of the workbench all derive their reads from it.
 */
export function nodeReads(node: Node): NodeReads {
  const known = readsOfNodes.get(node) ?? readsOfNode(node);
  readsOfNodes.set(node, known);
  return known;
}

/** Kept, because rules do not change and an analysis asks about each of their nodes for every route and section. */
const readsOfNodes = new WeakMap<Node, NodeReads>();

function readsOfNode(node: Node): NodeReads {
  const path = pathOf(node);
  if (path !== undefined) return { reads: [readOf(path, false)], operands: [] };
  // The checks refuse literals of these types; what is read does not rely on it.
  const variable = VARIABLE_OF.get(literalOf(node)?.type ?? '');
  if (variable !== undefined) return { reads: [readOf([variable, ''], false)], operands: [] };
  const [operator, inside] = operatorOf(node);
  const left = isNode(inside) ? inside['left'] : undefined;
  if (operator === 'is' && pathOf(left)?.[1] === '' && isNode(inside) && inside['in'] === undefined)
    return { reads: [], operands: [] };
  const owner = operator === 'has' ? pathOf(left) : undefined;
  if (owner === undefined || !isNode(inside)) return { reads: [], operands: operandsOf(inside) };
  // Whether `x.y has z` depends on `x.y`: it is an error when `x.y` is absent, and false for a word.
  if (owner[1] !== '') return { reads: [readOf(owner, true)], operands: [] };
  const [first] = [inside['attr']].flat();
  return { reads: [readOf([owner[0], String(first)], true)], operands: [] };
}

/** Returns everything that an expression reads, each path once. */
export function attributeReads(node: Node): readonly AttributeRead[] {
  const known = readsOfExpressions.get(node) ?? readsOfExpression(node);
  readsOfExpressions.set(node, known);
  return known;
}

const readsOfExpressions = new WeakMap<Node, readonly AttributeRead[]>();

function readsOfExpression(node: Node): readonly AttributeRead[] {
  const found = new Map<string, AttributeRead>();
  const visit = (each: Node): void => {
    const { reads, operands } = nodeReads(each);
    for (const read of reads) found.set(JSON.stringify(read), read);
    operands.forEach(visit);
  };
  visit(node);
  return [...found.values()];
}

function readOf([variable, path]: readonly [string, string], isPresence: boolean): AttributeRead {
  return { variable, path, isPresence };
}

function operandsOf(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap((item) => (isNode(item) ? [item] : operandsOf(item)));
  if (!isNode(value)) return [];
  return Object.values(value).flatMap((part) => (isNode(part) ? [part] : operandsOf(part)));
}
