import { compileExpression } from '../../policy/compile/compile-expression.js';
import type { Bindings, Term } from '../../policy/compile/term.js';
import { isNode, type Node, operatorOf } from '../../policy/expression.js';
import type { Rule } from '../../policy/rule.js';
import type { EvaluateByCedar } from './cedar-conditions.js';
import { type Comparison, compare } from './compare.js';
import { printExpression } from '../print/print-expression.js';

/** Something that must hold for a rule to apply: one expression, or several of which `all` or `any` must hold. */
export interface Part {
  /** Its Cedar text, with a `!` for what must not hold; an `unless` clause of the rule begins with `unless`. */
  readonly text: string;
  /** Its node, with the negations of the rule applied. */
  readonly node: Node;
  /** Undefined for a construct that only Cedar evaluates (docs/adr/0005). */
  readonly term: Term | undefined;
  readonly join?: 'all' | 'any';
  /** The joined parts; empty without `join`. */
  readonly parts: readonly Part[];
}

/** One of the conditions that must all hold for a rule to apply. */
export interface Condition extends Part {
  /** `eur-export-06-biometrics#3`: counted from 1 in the order in which Cedar evaluates them. */
  readonly id: string;
}

/**
 * Returns the conditions of a rule: each `when` split at its `&&`, each `unless` whole. The rule applies exactly when
 * all of them hold. Their ids stay the same as long as the text of the rule does.
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

/**
 * Returns the operands of `wanted`, flattened: `a && b && c` and `a && (b && c)` alike; undefined for another operator.
 */
function operandsOf(node: Node, wanted: '&&' | '||'): readonly Node[] | undefined {
  const [operator, operands] = operatorOf(node);
  if (operator !== wanted || !isNode(operands)) return undefined;
  const { left, right } = operands as { readonly left: Node; readonly right: Node };
  return [left, right].flatMap((side) => operandsOf(side, wanted) ?? [side]);
}

/** Pushes negations inwards, so that every part says what must hold: `!(a || b)` is all of `!a` and `!b`. */
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
 * Whether a part holds. `error`: Cedar cannot evaluate it, which denies. `unasked`: it cannot be evaluated, but Cedar
 * does not reach it, because an earlier condition fails (`x has a && x.a`). `unknown`: only Cedar can evaluate it, and
 * its text is not known exactly.
 */
export type Holds = boolean | 'error' | 'unasked' | 'unknown';

/** A part, evaluated for one notice and one recipient. */
export interface ExaminedPart {
  readonly text: string;
  readonly holds: Holds;
  readonly join?: 'all' | 'any';
  readonly parts: readonly ExaminedPart[];
  /** For a part without `join`: the attributes it reads, and what it wants of them. */
  readonly compared: readonly Comparison[];
}

/** An evaluated condition. */
export interface ExaminedCondition extends ExaminedPart {
  readonly id: string;
}

/** What conditions are evaluated for. */
export interface Examined {
  readonly bindings: Bindings;
  /** Evaluates what the compiled evaluator does not follow. */
  readonly byCedar: (condition: Node) => ReturnType<EvaluateByCedar>;
}

/** Evaluates every condition, also those behind one that fails: they would have to hold too. */
export function examine(conditions: readonly Condition[], of: Examined): readonly ExaminedCondition[] {
  let isOver = false;
  return conditions.map((condition) => {
    const examined = examinePart(condition, { ...of, isOver });
    isOver ||= examined.holds !== true;
    return { id: condition.id, ...examined };
  });
}

interface ExamineContext extends Examined {
  /** True when an earlier part already decides. */
  readonly isOver: boolean;
}

function examinePart(part: Part, context: ExamineContext): ExaminedPart {
  const { bindings, isOver } = context;
  const { text, node, join, parts } = part;
  const holds = holdsIn(part, context);
  let isDecided = isOver;
  const examined = parts.map((each) => {
    const inner = examinePart(each, { ...context, isOver: isDecided });
    isDecided ||= inner.holds !== (join === 'all');
    return inner;
  });
  const compared = join === undefined ? compare(node, bindings) : [];
  return { text, holds, ...(join === undefined ? {} : { join }), parts: examined, compared };
}

function holdsIn({ node, term }: Part, { bindings, byCedar, isOver }: ExamineContext): Holds {
  const value = term === undefined ? byCedar(node) : term(bindings);
  if (term === undefined && value === undefined) return 'unknown';
  if (typeof value === 'boolean') return value;
  return isOver ? 'unasked' : 'error';
}
