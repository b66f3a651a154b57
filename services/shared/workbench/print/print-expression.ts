import { isNode, literalOf, type Node, operatorOf } from '../../policy/expression.js';

/**
 * How tightly an operator binds (Cedar's grammar); an operand that binds more loosely than allowed is put in brackets.
 */
const LEVEL = { choice: 0, or: 1, and: 2, relation: 3, sum: 4, product: 5, unary: 6, member: 7 } as const;
type Level = (typeof LEVEL)[keyof typeof LEVEL];

type Operands = Readonly<Record<string, unknown>>;

/** Prints a node of Cedar's JSON form as Cedar text on one line, which Cedar parses to the same node. */
export function printExpression(node: unknown): string {
  return print(node)[0];
}

type Printed = readonly [text: string, level: Level];

function print(node: unknown): Printed {
  if (!isNode(node)) return [JSON.stringify(node), LEVEL.member];
  const [operator, operands] = operatorOf(node);
  if (operator === 'Value') return printValue(node);
  if (operator === 'Var') return [String(operands), LEVEL.member];
  if (Array.isArray(operands)) return [printList(operator, operands), LEVEL.member];
  if (!isNode(operands)) return [JSON.stringify(node), LEVEL.member];
  if (operator === 'Record') return [printRecord(operands), LEVEL.member];
  return printOperator(operator, operands);
}

/** Prints an operand, in brackets when it binds more loosely than `level`. */
function at(level: Level, node: unknown): string {
  const [text, binds] = print(node);
  return binds < level ? `(${text})` : text;
}

function printValue(node: Node): Printed {
  const literal = literalOf(node);
  if (literal !== undefined) return [`${literal.type}::${printString(literal.id)}`, LEVEL.member];
  const value = node['Value'];
  if (typeof value === 'string') return [printString(value), LEVEL.member];
  return [JSON.stringify(value), typeof value === 'number' && value < 0 ? LEVEL.unary : LEVEL.member];
}

/** Prints a string. Cedar's escapes are those of JSON, except that a code point is written `\u{1}`. */
function printString(text: string): string {
  return JSON.stringify(text).replaceAll(/\\u([0-9a-f]{4})|\\[bf]/g, (escape, digits: string | undefined) => {
    const code = digits ?? (escape === '\\b' ? '8' : 'c');
    return `\\u{${code}}`;
  });
}

/** The functions of Cedar's extensions; every other call is a method of its first operand. */
const FUNCTIONS = ['ip', 'decimal', 'datetime', 'duration'];

function printList(operator: string, items: readonly unknown[]): string {
  const list = (of: readonly unknown[]): string => of.map(printExpression).join(', ');
  if (operator === 'Set') return `[${list(items)}]`;
  if (FUNCTIONS.includes(operator)) return `${operator}(${list(items)})`;
  const [receiver, ...others] = items;
  return `${at(LEVEL.member, receiver)}.${operator}(${list(others)})`;
}

function printRecord(fields: Operands): string {
  const list = Object.entries(fields).map(([name, value]) => `${nameText(name)}: ${printExpression(value)}`);
  return `{${list.join(', ')}}`;
}

const INFIX: Readonly<Record<string, Level>> = {
  '||': LEVEL.or,
  '&&': LEVEL.and,
  '==': LEVEL.relation,
  '!=': LEVEL.relation,
  '<': LEVEL.relation,
  '<=': LEVEL.relation,
  '>': LEVEL.relation,
  '>=': LEVEL.relation,
  in: LEVEL.relation,
  '+': LEVEL.sum,
  '-': LEVEL.sum,
  '*': LEVEL.product,
};

function printOperator(operator: string, operands: Operands): Printed {
  const { left, right, arg, attr } = operands;
  const infix = INFIX[operator];
  if (infix !== undefined) return printInfix(operator, infix, operands);
  switch (operator) {
    case '!':
      return [`!${at(LEVEL.member, arg)}`, LEVEL.unary];
    case 'neg':
      return [`-(${printExpression(arg)})`, LEVEL.unary];
    case '.':
      return [`${at(LEVEL.member, left)}${memberText(String(attr))}`, LEVEL.member];
    case 'has':
      return [`${at(LEVEL.sum, left)} has ${attributeText(attr)}`, LEVEL.relation];
    case 'is':
      return [printIs(operands), LEVEL.relation];
    case 'like':
      return [`${at(LEVEL.sum, left)} like ${patternText(operands['pattern'])}`, LEVEL.relation];
    case 'if-then-else':
      return [printChoice(operands), LEVEL.choice];
  }
  const [receiver, argument] = arg === undefined ? [left, printExpression(right)] : [arg, ''];
  return [`${at(LEVEL.member, receiver)}.${operator}(${argument})`, LEVEL.member];
}

/**
 * Prints a binary operator. Cedar is left-associative, so the left side may have the same level, except for relations. An
 * `&&` within `||` is put in brackets although Cedar needs none: readers do.
 */
function printInfix(operator: string, level: Level, { left, right }: Operands): Printed {
  const tighter = (level + 1) as Level;
  const operand = (least: Level, node: unknown): string => {
    const [text, binds] = print(node);
    const isMixed = level === LEVEL.or && binds === LEVEL.and;
    return binds < least || isMixed ? `(${text})` : text;
  };
  const first = operand(level === LEVEL.relation ? tighter : level, left);
  return [`${first} ${operator} ${operand(tighter, right)}`, level];
}

function printIs({ left, entity_type: type, in: within }: Operands): string {
  const text = `${at(LEVEL.sum, left)} is ${String(type)}`;
  return within === undefined ? text : `${text} in ${at(LEVEL.sum, within)}`;
}

function printChoice({ if: test, then, else: otherwise }: Operands): string {
  return `if ${printExpression(test)} then ${printExpression(then)} else ${printExpression(otherwise)}`;
}

function patternText(pattern: unknown): string {
  const parts: readonly unknown[] = Array.isArray(pattern) ? pattern : [];
  const text = parts.map((part) =>
    isNode(part) ? printString(String(part['Literal'])).slice(1, -1).replaceAll('*', '\\*') : '*',
  );
  return `"${text.join('')}"`;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const RESERVED = ['true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has', '__cedar'];

const isName = (name: string): boolean => NAME.test(name) && !RESERVED.includes(name);
const nameText = (name: string): string => (isName(name) ? name : printString(name));
const memberText = (name: string): string => (isName(name) ? `.${name}` : `[${printString(name)}]`);

/** Prints the attribute of `has`; `has a.b` is a list in JSON. */
function attributeText(attr: unknown): string {
  return Array.isArray(attr) ? attr.join('.') : nameText(String(attr));
}
