import { isNode, literalOf, type Node, operatorOf, pathOf } from './expression.js';
import { entity, type Value, type ValueRecord } from './value.js';

/** The values of a rule's variables for one question. */
export interface Bindings {
  readonly principal: ValueRecord;
  readonly resource: ValueRecord;
  readonly context: ValueRecord;
}

/** A compiled expression. Returns undefined for a Cedar evaluation error; never throws. */
export type Term = (bindings: Bindings) => Value | undefined;

type Operands = Readonly<Record<string, unknown>>;
type Compile = (operands: Operands) => Term | undefined;

/**
 * Compiles a node of Cedar's JSON form into a closure with the same results as Cedar. Returns undefined for an
 * unsupported construct, whose rule Cedar then evaluates. Supported is what validated rules over our schema use:
 * entities, booleans, sets of them and records; no numbers, strings, extensions or entity hierarchy.
 */
export function compileExpression(node: unknown): Term | undefined {
  if (!isNode(node)) return undefined;
  const [operator, operands] = operatorOf(node);
  if (operator === 'Value') return compileValue(node);
  if (operator === 'Var') return undefined;
  if (operator === 'Set') return compileSet(operands);
  return isNode(operands) ? COMPILERS[operator]?.(operands) : undefined;
}

function compileValue(node: Node): Term | undefined {
  const value = node['Value'];
  if (typeof value === 'boolean') return () => value;
  const literal = literalOf(node);
  if (literal === undefined) return undefined;
  const written = entity(literal.type, literal.id);
  return () => written;
}

/** Compiles a set of literals, which is built once; other sets are unsupported. */
function compileSet(items: unknown): Term | undefined {
  if (!Array.isArray(items)) return undefined;
  const literals = items.map(literalOf);
  const words = new Set(literals.map((literal) => literal && entity(literal.type, literal.id)));
  if (literals.includes(undefined)) return undefined;
  const set = words as ReadonlySet<string>;
  return () => set;
}

/** Compiles a variable, or a path of attributes from a variable. */
function compilePath(node: unknown): Term | undefined {
  const path = pathOf(node);
  if (path === undefined) return undefined;
  const [variable, inside] = path;
  if (variable !== 'principal' && variable !== 'resource' && variable !== 'context') return undefined;
  if (inside === '') return (bindings) => bindings[variable];
  const steps = inside.split('.');
  if (!steps.every(isName)) return undefined;
  return (bindings) => {
    let value: Value | undefined = bindings[variable];
    for (const step of steps) value = attributeOf(value, step);
    return value;
  };
}

/**
 * False for names that every JavaScript object inherits, such as `toString`: expressions with them are left to
 * Cedar.
 */
const isName = (attr: unknown): attr is string => typeof attr === 'string' && !(attr in Object.prototype);

const isSet = (value: Value | undefined): value is ReadonlySet<boolean | string> => value instanceof Set;

function attributeOf(value: Value | undefined, name: string): Value | undefined {
  return typeof value === 'object' && !isSet(value) ? value[name] : undefined;
}

function compileAttribute({ left, attr }: Operands): Term | undefined {
  const path = compilePath(left);
  if (path === undefined || !isName(attr)) return undefined;
  return (bindings) => attributeOf(path(bindings), attr);
}

/**
 * Compiles `has`. For a vocabulary word it gives false, not an error: the word is an entity without
 * attributes.
 */
function compileHas({ left, attr }: Operands): Term | undefined {
  const path = compilePath(left);
  if (path === undefined || !isName(attr)) return undefined;
  return (bindings) => {
    const value = path(bindings);
    if (typeof value === 'string') return false;
    return typeof value === 'object' && !isSet(value) ? value[attr] !== undefined : undefined;
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

const flag = (value: Value | undefined): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined;

function compileNot({ arg }: Operands): Term | undefined {
  const term = compileExpression(arg);
  if (term === undefined) return undefined;
  return (bindings) => {
    const value = flag(term(bindings));
    return value === undefined ? undefined : !value;
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

/** Compiles a binary operation, left operand first; an error in either operand is an error of the whole. */
function compilePair(apply: (left: Value, right: Value) => Value | undefined): Compile {
  return ({ left, right }) => {
    const [first, second] = [compileExpression(left), compileExpression(right)];
    if (first === undefined || second === undefined) return undefined;
    return (bindings) => {
      const [a, b] = [first(bindings), second(bindings)];
      return a === undefined || b === undefined ? undefined : apply(a, b);
    };
  };
}

function compileIsEmpty({ arg }: Operands): Term | undefined {
  const term = compileExpression(arg);
  if (term === undefined) return undefined;
  return (bindings) => {
    const value = term(bindings);
    return isSet(value) ? value.size === 0 : undefined;
  };
}

/** Values of different types are unequal, not an error (Cedar reference, `==`). */
function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (isSet(a) || isSet(b)) return isSet(a) && isSet(b) && a.size === b.size && isWithin(a, b);
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}

function isSame(a: Value | undefined, b: Value | undefined): boolean {
  return a !== undefined && b !== undefined && isEqual(a, b);
}

function isWithin(part: ReadonlySet<boolean | string>, whole: ReadonlySet<boolean | string>): boolean {
  for (const item of part) if (!whole.has(item)) return false;
  return true;
}

function meets(a: ReadonlySet<boolean | string>, b: ReadonlySet<boolean | string>): boolean {
  for (const item of a) if (b.has(item)) return true;
  return false;
}

const COMPILERS: Readonly<Record<string, Compile>> = {
  '.': compileAttribute,
  has: compileHas,
  '!': compileNot,
  '&&': compileJunction(false),
  '||': compileJunction(true),
  'if-then-else': compileChoice,
  isEmpty: compileIsEmpty,
  '==': compilePair(isEqual),
  '!=': compilePair((a, b) => !isEqual(a, b)),
  contains: compilePair((a, b) => (isSet(a) ? typeof b !== 'object' && a.has(b) : undefined)),
  containsAll: compilePair((a, b) => (isSet(a) && isSet(b) ? isWithin(b, a) : undefined)),
  containsAny: compilePair((a, b) => (isSet(a) && isSet(b) ? meets(a, b) : undefined)),
};
