import { compileExpression } from '../../policy/compile/compile-expression.js';
import type { Bindings } from '../../policy/compile/term.js';
import { isNode, type Node, operatorOf, pathOf } from '../../policy/expression.js';
import type { Value } from '../../policy/value.js';

/** A value to show: one word, several sorted words, a flag, or null for an absent attribute. */
export type ShownValue = string | readonly string[] | boolean | null;

/** One attribute that a condition reads: `resource.evaluation.source` is `C`, wanted `one of A, B`. */
export interface Comparison {
  readonly what: string;
  readonly is: ShownValue;
  /** Absent when the condition is not a comparison of one value, as in `if … then … else`. */
  readonly wanted?: string;
}

/** Returns the attributes that a condition without `&&` and `||` reads, with their values and what would satisfy it. */
export function compare(node: Node, bindings: Bindings): readonly Comparison[] {
  const [operator, operands] = operatorOf(node);
  if (operator === '!' && isNode(operands)) return compareSides(operands['arg'], { bindings, negated: true });
  return compareSides(node, { bindings, negated: false });
}

interface CompareContext {
  readonly bindings: Bindings;
  readonly negated: boolean;
}

function compareSides(node: unknown, context: CompareContext): readonly Comparison[] {
  if (!isNode(node)) return [];
  const [operator, inside] = operatorOf(node);
  const { left, right, arg, attr } = isNode(inside) ? inside : {};
  const { bindings, negated } = context;
  if (pathOf(node) !== undefined) return [seen(node, bindings, String(!negated))];
  if (operator === 'has') {
    // `has a.b` is a list in JSON.
    const path = [attr].flat().reduce<unknown>((of, step) => ({ '.': { left: of, attr: step } }), left);
    return pathOf(path) === undefined
      ? everything(node, bindings)
      : [seen(path, bindings, negated ? 'none' : 'any')];
  }
  if (operator === 'isEmpty' && pathOf(arg) !== undefined) {
    return [seen(arg, bindings, negated ? 'any' : 'none')];
  }
  const phrases = PHRASES[operator];
  if (phrases === undefined) return everything(node, bindings);
  const isLeft = pathOf(left) !== undefined;
  if (!isLeft && pathOf(right) === undefined) return everything(node, bindings);
  const [path, other] = isLeft ? [left, right] : [right, left];
  const [is, isNot] = isLeft ? phrases.ofLeft : phrases.ofRight;
  return [seen(path, bindings, `${negated ? isNot : is}${otherText(other, bindings)}`)];
}

interface Phrases {
  /** The phrases for an attribute on the left side, plain and negated; then for one on the right side. */
  readonly ofLeft: readonly [is: string, isNot: string];
  readonly ofRight: readonly [is: string, isNot: string];
}

const both = (is: string, isNot: string): Phrases => ({ ofLeft: [is, isNot], ofRight: [is, isNot] });

const PHRASES: Readonly<Record<string, Phrases>> = {
  '==': both('', 'not '),
  '!=': both('not ', ''),
  contains: { ofLeft: ['with ', 'without '], ofRight: ['one of ', 'none of '] },
  containsAny: both('any of ', 'none of '),
  containsAll: { ofLeft: ['all of ', 'not all of '], ofRight: ['only of ', 'not only of '] },
};

function seen(path: unknown, bindings: Bindings, wanted: string): Comparison {
  return { what: pathText(path), is: shown(valueOf(path, bindings)), wanted };
}

function pathText(path: unknown): string {
  const [variable = '', inside = ''] = pathOf(path) ?? [];
  return inside === '' ? variable : `${variable}.${inside}`;
}

/** Returns the other operand in words, followed by its path when it is an attribute. */
function otherText(node: unknown, bindings: Bindings): string {
  const words = shown(valueOf(node, bindings));
  const text = words === null || words.toString() === '' ? 'none' : [words].flat().join(', ');
  return pathOf(node) === undefined ? text : `${text} (${pathText(node)})`;
}

function valueOf(node: unknown, bindings: Bindings): Value | undefined {
  return compileExpression(node)?.(bindings);
}

function shown(value: Value | undefined): ShownValue {
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return wordOf(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Set) return [...value].map((item) => wordOf(String(item))).toSorted();
  return Object.keys(value).toSorted();
}

/** Returns `red` for `Kind::"red"`; vocabulary words hold no escapes. */
function wordOf(entity: string): string {
  return /^[^"]*::"(.*)"$/.exec(entity)?.[1] ?? entity;
}

/** Returns every attribute that is read anywhere in the node. */
function everything(node: Node, bindings: Bindings): readonly Comparison[] {
  const found = new Map<string, Comparison>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isNode(value)) return;
    if (pathOf(value) === undefined) {
      Object.values(value).forEach(visit);
      return;
    }
    const what = pathText(value);
    found.set(what, { what, is: shown(valueOf(value, bindings)) });
  };
  visit(node);
  return [...found.values()];
}
