import { compileAttribute, compileHas, compileVariable, isName } from './attribute-access.js';
import { isNode, literalOf, type Node, operatorOf } from '../expression.js';
import {
  flag,
  isEntityIn,
  isLike,
  isOfType,
  isSetValue,
  itemOf,
  long,
  type ValueOperation,
  OPERATIONS,
} from './operations.js';
import { emptyRecord, entity, type Scalar, textValue, type Value } from '../value.js';
import type { Bindings, Term } from './term.js';

type Operands = Readonly<Record<string, unknown>>;
type Compile = (operands: Operands) => Term | undefined;

/**
 * Compiles a node of Cedar's JSON form into a closure with the same results as Cedar. Returns undefined for an
 * unsupported construct, whose rule Cedar then evaluates: the variable `action`, extensions, tags, and numbers that
 * JavaScript does not hold exactly (`unsupportedIn` names them).
 */
export function compileExpression(node: unknown): Term | undefined {
  if (!isNode(node)) return undefined;
  const [operator, operands] = operatorOf(node);
  if (operator === 'Value') return compileValue(node);
  if (operator === 'Var') return compileVariable(operands);
  if (operator === 'Set') return compileSet(operands);
  if (!isNode(operands)) return undefined;
  if (operator === 'Record') return compileRecord(operands);
  if (operator === '.') return compileAttribute(node, compileExpression(operands['left']));
  const operation = OPERATIONS.get(operator);
  return operation === undefined ? COMPILERS.get(operator)?.(operands) : compilePair(operation, operands);
}

function compileValue(node: Node): Term | undefined {
  const value = constantOf(node);
  return value === undefined ? undefined : () => value;
}

/** Cedar's JSON form holds a Long as a JavaScript number, which rounds those beyond 2^53. */
function constantOf(node: Node): Scalar | undefined {
  const value = node['Value'];
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return textValue(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  const literal = literalOf(node);
  // Actions alone have parents: the groups of the schema.
  if (literal === undefined || /(^|::)Action$/.test(literal.type)) return undefined;
  return entity(literal.type, literal.id);
}

/** Compiles several expressions, of which each is evaluated; undefined when one is unsupported. */
function compileAll(nodes: readonly unknown[]): readonly Term[] | undefined {
  const terms = nodes.map(compileExpression);
  return terms.every((term) => term !== undefined) ? terms : undefined;
}

const NO_BINDINGS: Bindings = { principal: emptyRecord(), resource: emptyRecord(), context: emptyRecord() };

/** Compiles a set. One of literals, as most are, is built once. */
function compileSet(items: unknown): Term | undefined {
  if (!Array.isArray(items)) return undefined;
  const terms = compileAll(items);
  if (terms === undefined) return undefined;
  const build: Term = (bindings) => {
    const set = new Set<Scalar>();
    for (const term of terms) {
      const value = term(bindings);
      if (value === undefined) return undefined;
      set.add(itemOf(value));
    }
    return set;
  };
  if (!items.every((item) => isNode(item) && 'Value' in item)) return build;
  const set = build(NO_BINDINGS);
  return () => set;
}

function compileRecord(fields: Operands): Term | undefined {
  const names = Object.keys(fields);
  const terms = compileAll(Object.values(fields));
  if (terms === undefined || !names.every(isName)) return undefined;
  return (bindings) => {
    const record = emptyRecord();
    for (const [index, term] of terms.entries()) {
      const value = term(bindings);
      if (value === undefined) return undefined;
      record[names[index] ?? ''] = value;
    }
    return record;
  };
}

/** Compiles `&&` and `||`. When the first operand decides, the second is not evaluated and cannot err. */
function compileJunction(decides: boolean): Compile {
  return ({ left, right }) => {
    const [first, second] = [compileExpression(left), compileExpression(right)];
    if (first === undefined || second === undefined) return undefined;
    return (bindings) => {
      const value = first(bindings);
      if (value === decides) return decides;
      return value === !decides ? flag(second(bindings)) : undefined;
    };
  };
}

/** Compiles an operation on one operand; an error in it is an error of the whole. */
function compileOne(node: unknown, apply: (value: Value) => Value | undefined): Term | undefined {
  const term = compileExpression(node);
  if (term === undefined) return undefined;
  return (bindings) => {
    const value = term(bindings);
    return value === undefined ? undefined : apply(value);
  };
}

/** Compiles a binary operation, left operand first; an error in either operand is an error of the whole. */
function compilePair(apply: ValueOperation, { left, right }: Operands): Term | undefined {
  const [first, second] = [compileExpression(left), compileExpression(right)];
  if (first === undefined || second === undefined) return undefined;
  return (bindings) => {
    const [a, b] = [first(bindings), second(bindings)];
    return a === undefined || b === undefined ? undefined : apply(a, b);
  };
}

function compileChoice(operands: Operands): Term | undefined {
  const [test, yes, no] = ['if', 'then', 'else'].map((part) => compileExpression(operands[part]));
  if (test === undefined || yes === undefined || no === undefined) return undefined;
  return (bindings) => {
    const value = flag(test(bindings));
    return value === undefined ? undefined : value ? yes(bindings) : no(bindings);
  };
}

/** Compiles `x is Type` and `x is Type in y`, where `y` is only evaluated for an entity of the type. */
function compileIs({ left, entity_type: type, in: within }: Operands): Term | undefined {
  const is = compileOne(left, (value) => isOfType(value, String(type)));
  if (is === undefined || within === undefined) return is;
  const inside = compilePair(isEntityIn, { left, right: within });
  if (inside === undefined) return undefined;
  return (bindings) => {
    const value = is(bindings);
    return value === true ? inside(bindings) : value;
  };
}

function compileLike({ left, pattern }: Operands): Term | undefined {
  if (!Array.isArray(pattern)) return undefined;
  const parts = [''];
  for (const element of pattern as readonly unknown[]) {
    const literal = isNode(element) ? String(element['Literal']) : undefined;
    if (literal === undefined) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${literal}`);
  }
  return compileOne(left, (value) => isLike(value, parts));
}

const COMPILERS: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ['has', ({ left, attr }) => compileHas(left, attr, compileExpression(left))],
  ['!', ({ arg }) => compileOne(arg, (value) => (typeof value === 'boolean' ? !value : undefined))],
  ['neg', ({ arg }) => compileOne(arg, (value) => (typeof value === 'bigint' ? long(-value) : undefined))],
  ['isEmpty', ({ arg }) => compileOne(arg, (value) => (isSetValue(value) ? value.size === 0 : undefined))],
  ['&&', compileJunction(false)],
  ['||', compileJunction(true)],
  ['if-then-else', compileChoice],
  ['is', compileIs],
  ['like', compileLike],
]);
