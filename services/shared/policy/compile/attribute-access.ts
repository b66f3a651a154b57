import type { Bindings, Term } from './term.js';
import { isNode, operatorOf, pathOf } from '../expression.js';
import { isEntity, isSetValue } from './operations.js';
import { entity, type Value } from '../value.js';

/** The notice of a question as an entity; rules cannot name it. */
const NOTICE = entity('Notice', 'this');

/**
 * Compiles a variable. A recipient or notice is an entity, which is equal to itself alone; its attributes are read by
 * `compileAttribute`. Undefined for `action`, which no question carries.
 */
export function compileVariable(name: unknown): Term | undefined {
  if (name === 'principal') return recipientOf;
  if (name === 'resource') return () => NOTICE;
  return name === 'context' ? ({ context }) => context : undefined;
}

/** Returns the recipient as an entity, `Organisation::"europol"` for the id `OrgId::"europol"`. */
function recipientOf({ principal: { id } }: Bindings): string | undefined {
  return typeof id === 'string' ? `Organisation${id.slice(id.indexOf('::'))}` : undefined;
}

/** Compiles `expression.attr` by the term of the expression, unless it is a path from a variable. */
export function compileAttribute(node: unknown, left: Term | undefined): Term | undefined {
  const path = compilePath(node);
  if (path !== undefined) return path;
  const [, operands] = isNode(node) ? operatorOf(node) : [];
  const attr = isNode(operands) ? operands['attr'] : undefined;
  if (left === undefined || !isName(attr)) return undefined;
  return (bindings) => attributeOf(attributesOf(left(bindings), bindings), attr);
}

/** Compiles `resource.evaluation.source`, or a variable whose attributes are read. */
function compilePath(node: unknown): Term | undefined {
  const [variable, inside = ''] = pathOf(node) ?? [];
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
 * Compiles `expression has a`, and `expression has a.b`, which is `expression has a && expression.a has b`. A word is
 * an entity without attributes: it gives false, where a flag, a number, a string or a set gives an error.
 */
export function compileHas(node: unknown, attr: unknown, left: Term | undefined): Term | undefined {
  const whole = compilePath(node) ?? left;
  const steps: readonly unknown[] = [attr].flat();
  if (whole === undefined || !steps.every(isName)) return undefined;
  return (bindings) => {
    let value: Value | undefined = whole(bindings);
    for (const step of steps) {
      value = attributesOf(value, bindings);
      if (typeof value !== 'object' || isSetValue(value)) return hasNone(value);
      value = value[step];
      if (value === undefined) return false;
    }
    return true;
  };
}

const hasNone = (value: Value | undefined): false | undefined =>
  value !== undefined && isEntity(value) ? false : undefined;

/** Returns the attributes of the recipient or the notice for its entity; every other value as it is. */
function attributesOf(value: Value | undefined, bindings: Bindings): Value | undefined {
  if (typeof value !== 'string') return value;
  if (value === NOTICE) return bindings.resource;
  return value === recipientOf(bindings) ? bindings.principal : value;
}

function attributeOf(value: Value | undefined, name: string): Value | undefined {
  return typeof value === 'object' && !isSetValue(value) ? value[name] : undefined;
}

/**
 * False for `toString` and the like, which every JavaScript object has but no notice does: Cedar evaluates
 * those.
 */
export const isName = (attr: unknown): attr is string =>
  typeof attr === 'string' && !(attr in Object.prototype);
