import { type Bindings, compileExpression, type Term } from '../../policy/compile-expression.js';
import { isNode, type Node, operatorOf } from '../../policy/expression.js';
import type { Rule } from '../../policy/rule.js';
import { type Comparison, compare } from './compare.js';
import { printExpression } from '../print/print-expression.js';

/** Something that must be true for a rule to apply: an expression, or several of which `all` or `any` must be. */
export interface Part {
  /** As Cedar; what must not hold begins with `!`, an `unless` of the rule with `unless`. */
  readonly text: string;
  /** With the negations of the rule in it. */
  readonly node: Node;
  /** Undefined for a construct that is left to Cedar (docs/adr/0005). */
  readonly term: Term | undefined;
  readonly join?: 'all' | 'any';
  /** What is joined; empty without `join`. */
  readonly parts: readonly Part[];
}

/** One of the conditions that must all be true for a rule to apply. */
export interface Condition extends Part {
  /** `eur-export-06-biometrics#3`: counted from 1 in the order in which Cedar asks them. */
  readonly id: string;
}

/**
 * The conditions of a rule, stable as long as its text is: each `when` cut at its `&&`, each `unless` whole. A rule
 * applies exactly when all of them hold.
 */
export function conditionsOf(rule: Pick<Rule, 'id' | 'json'>): readonly Condition[] {
  const parts = rule.json.conditions.flatMap(({ kind, body }) => {
    if (kind === 'when') return conjunctsOf(body as Node).map((node) => partOf(node, true));
    return [{ ...partOf(body as Node, false), text: `unless ${printExpression(body)}` }];
  });
  return parts.map((part, index) => ({ ...part, id: `${rule.id}#${index + 1}` }));
}

function conjunctsOf(node: Node): readonly Node[] {
  return operandsOf(node, '&&') ?? [node];
}

/** What one operator joins, however it is nested: `a && b && c`, `a && (b && c)`; undefined for another operator. */
function operandsOf(node: Node, wanted: '&&' | '||'): readonly Node[] | undefined {
  const [operator, operands] = operatorOf(node);
  if (operator !== wanted || !isNode(operands)) return undefined;
  const { left, right } = operands as { readonly left: Node; readonly right: Node };
  return [left, right].flatMap((side) => operandsOf(side, wanted) ?? [side]);
}

/** Negations are taken inside, so that every part says what must be true: `!(a || b)` is all of `!a` and `!b`. */
function partOf(node: Node, wanted: boolean): Part {
  const [operator, operands] = operatorOf(node);
  if (operator === '!' && isNode(operands) && isNode(operands['arg']))
    return partOf(operands['arg'], !wanted);
  const stated = wanted ? node : { '!': { arg: node } };
  const part = { text: printExpression(stated), node: stated, term: compileExpression(stated) };
  const [and, or] = [operandsOf(node, '&&'), operandsOf(node, '||')];
  const joined = and ?? or;
  if (joined === undefined) return { ...part, parts: [] };
  const join = (and !== undefined) === wanted ? 'all' : 'any';
  return { ...part, join, parts: joined.map((operand) => partOf(operand, wanted)) };
}

/**
 * `error`: Cedar could not evaluate it, which denies. `unasked`: it cannot be evaluated either, but an earlier condition
 * fails and Cedar does not come so far (`x has a && x.a`). `unknown`: only Cedar can tell.
 */
export type Holds = boolean | 'error' | 'unasked' | 'unknown';

/** A part, asked about one notice and one recipient. */
export interface ExaminedPart {
  readonly text: string;
  readonly holds: Holds;
  readonly join?: 'all' | 'any';
  readonly parts: readonly ExaminedPart[];
  /** For a part that joins nothing: what it looked at, and what it wanted. */
  readonly compared: readonly Comparison[];
}

export interface Examined extends ExaminedPart {
  readonly id: string;
}

/** Evaluates every condition, also those behind one that fails: they too would have to hold. */
export function examine(conditions: readonly Condition[], bindings: Bindings): readonly Examined[] {
  let isOver = false;
  return conditions.map((condition) => {
    const examined = examinePart(condition, { bindings, isOver });
    isOver ||= examined.holds !== true;
    return { id: condition.id, ...examined };
  });
}

interface Circumstance {
  readonly bindings: Bindings;
  /** The answer is known before this part is asked. */
  readonly isOver: boolean;
}

function examinePart(part: Part, { bindings, isOver }: Circumstance): ExaminedPart {
  const { text, node, join, parts } = part;
  const holds = holdsIn(part, { bindings, isOver });
  let isDecided = isOver;
  const examined = parts.map((each) => {
    const inner = examinePart(each, { bindings, isOver: isDecided });
    isDecided ||= inner.holds !== (join === 'all');
    return inner;
  });
  const compared = join === undefined ? compare(node, bindings) : [];
  return { text, holds, ...(join === undefined ? {} : { join }), parts: examined, compared };
}

function holdsIn({ term }: Part, { bindings, isOver }: Circumstance): Holds {
  if (term === undefined) return 'unknown';
  const value = term(bindings);
  if (typeof value === 'boolean') return value;
  return isOver ? 'unasked' : 'error';
}
