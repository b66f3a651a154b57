import type { Permission } from '../../../services/shared/policy/engine.js';
import { isNode, literalOf, operatorOf, pathOf } from '../../../services/shared/policy/expression.js';
import type { Rule } from '../../../services/shared/policy/rule.js';

/** Translates Cedar expressions to another language of conditions. */
export interface Dialect {
  /** `evaluation.source` of the notice, `groups` of the recipient; `section` of the context. */
  readonly attribute: (of: 'principal' | 'resource' | 'context', path: string) => string;
  readonly has: (attribute: string) => string;
  readonly contains: (set: string, item: string) => string;
  readonly containsAny: (set: string, other: string) => string;
  readonly isEmpty: (set: string) => string;
}

/** A rule in another language: when `condition` holds for one of `permissions`, its effect counts. */
export interface Translated {
  readonly id: string;
  readonly effect: Rule['effect'];
  readonly permissions: readonly Permission[];
  readonly condition: string;
}

/** Translates rules. Throws for a construct that the shipped rules do not use. */
export function translateRules(rules: readonly Rule[], dialect: Dialect): readonly Translated[] {
  return rules.map(({ id, effect, permissions, json }) => {
    const conditions = json.conditions.map(({ kind, body }) => {
      const text = `(${translate(body, dialect)})`;
      return kind === 'when' ? text : `!${text}`;
    });
    const condition = conditions.length === 0 ? 'true' : conditions.join(' && ');
    return { id, effect, permissions: [...permissions], condition };
  });
}

function translate(node: unknown, dialect: Dialect): string {
  const known = literalOf(node);
  if (known !== undefined) return JSON.stringify(known.id);
  const path = pathOf(node);
  if (path !== undefined) return attributeOf(path, dialect);
  if (!isNode(node)) throw unknown(node);
  const [operator, operands] = operatorOf(node);
  if (operator === 'Value') return JSON.stringify(operands);
  const say = (part: unknown): string => translate(part, dialect);
  if (operator === 'Set' && Array.isArray(operands)) return `[${operands.map(say).join(', ')}]`;
  if (!isNode(operands)) throw unknown(node);
  const { left, right, arg, attr } = operands;
  switch (operator) {
    case '==':
    case '!=':
      return `${say(left)} ${operator} ${say(right)}`;
    case '&&':
    case '||':
      return `(${say(left)} ${operator} ${say(right)})`;
    case '!':
      return `!(${say(arg)})`;
    case 'has':
      return dialect.has(attributeOf([...variableOf(left), String(attr)], dialect));
    case 'contains':
      return dialect.contains(say(left), say(right));
    case 'containsAny':
      return dialect.containsAny(say(left), say(right));
    case 'isEmpty':
      return dialect.isEmpty(say(arg));
  }
  throw unknown(node);
}

function variableOf(node: unknown): readonly [string] {
  const [variable, inside] = pathOf(node) ?? [];
  if (variable === undefined || inside !== '') throw unknown(node);
  return [variable];
}

function attributeOf([variable, path]: readonly [string, string], { attribute }: Dialect): string {
  if (variable === 'principal' || variable === 'resource' || variable === 'context')
    return attribute(variable, path);
  throw unknown(variable);
}

const unknown = (node: unknown): Error => new Error(`cannot be translated: ${JSON.stringify(node)}`);
