import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { isJsonObject } from '../kernel/json-object.js';

/** A node of Cedar's JSON form: an object with one key, the operator. */
export type Node = Readonly<Record<string, unknown>>;

/** `Kind::"red"` as written in a rule. */
export interface Literal {
  readonly type: string;
  readonly id: string;
}

/** True for an object, which every node of Cedar's JSON form is. */
export function isNode(value: unknown): value is Node {
  return isJsonObject(value);
}

/** Returns the operator of a node and its operands. */
export function operatorOf(node: Node): readonly [string, unknown] {
  const [operator = ''] = Object.keys(node);
  return [operator, node[operator]];
}

/** Returns the literal that a node `{Value: {__entity: …}}` holds; undefined for every other node. */
export function literalOf(value: unknown): Literal | undefined {
  const inner = isNode(value) && 'Value' in value ? value['Value'] : value;
  const entity = isNode(inner) ? (inner['__entity'] ?? inner) : undefined;
  if (!isNode(entity)) return undefined;
  const { type, id } = entity;
  return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined;
}

/** Returns the literals of `[Kind::"red", Kind::"blue"]`; undefined when an item is no literal. */
export function literalsOf(value: unknown): readonly Literal[] | undefined {
  const items = isNode(value) ? (value['Set'] ?? value['Value']) : undefined;
  if (!Array.isArray(items)) return undefined;
  const literals = items.map(literalOf);
  return literals.every((literal) => literal !== undefined) ? literals : undefined;
}

/**
 * Splits `resource.evaluation.source` into `['resource', 'evaluation.source']`; undefined for any other expression, as
 * for `resource["evaluation.source"]`, which is one attribute.
 */
export function pathOf(value: unknown): readonly [string, string] | undefined {
  if (!isNode(value)) return undefined;
  const [operator, inside] = operatorOf(value);
  if (operator === 'Var') return [String(inside), ''];
  if (operator !== '.' || !isNode(inside)) return undefined;
  const [variable, path] = pathOf(inside['left']) ?? [];
  const attr = String(inside['attr']);
  if (variable === undefined || attr === '' || attr.includes('.')) return undefined;
  return [variable, path === '' ? attr : `${path}.${attr}`];
}

/** Returns every entity literal in a rule, its scope included; actions are left out. */
export function literalsIn(rule: PolicyJson): readonly Literal[] {
  const found: Literal[] = [];
  const visit = (value: unknown): void => {
    const literal = literalOf(value);
    if (literal !== undefined) found.push(literal);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isNode(value)) Object.values(value).forEach(visit);
  };
  [rule.principal, rule.resource, ...rule.conditions].forEach(visit);
  return found;
}

/** True for an expression with an integer that JSON may have rounded: only the text of its rule tells which one it is. */
export function hasRoundedNumber(node: Node): boolean {
  return /"Value":-?\d{16,}/.test(JSON.stringify(node));
}
