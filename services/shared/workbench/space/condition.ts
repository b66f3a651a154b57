import { isNode, type Node, operatorOf } from '../../policy/expression.js';
import type { AtomDeps, KnownQuestion, Truth } from './atom.js';
import { atomDiagram } from './atom-diagram.js';
import type { Diagram } from './diagram.js';

/** Returns a condition as a function of the notice. As in Cedar, an operand that is not evaluated cannot err. */
export type ConditionOf = (node: Node, known: KnownQuestion) => Diagram<Truth>;

const not = (a: Truth): Truth => (a === 'error' ? a : !a);
const and = (a: Truth, b: Truth): Truth => (a === true ? b : a);
const or = (a: Truth, b: Truth): Truth => (a === false ? b : a);
const thenOf = (test: Truth, yes: Truth): Truth | 'else' =>
  test === true ? yes : test === false ? 'else' : test;
const elseOf = (before: Truth | 'else', no: Truth): Truth => (before === 'else' ? no : before);

/** Returns a `ConditionOf` over the variables in `deps`. */
export function createConditionOf(deps: AtomDeps): ConditionOf {
  const { leaf, map, combine } = deps.diagrams;
  const conditionOf: ConditionOf = (node, known) => {
    const [operator, operands] = operatorOf(node);
    const part = (name: string): Diagram<Truth> =>
      conditionOf((operands as Readonly<Record<string, Node>>)[name] ?? {}, known);
    switch (isNode(operands) ? operator : '') {
      case '!':
        return map(not, part('arg'));
      case '&&': {
        const left = part('left');
        return left === leaf(false) ? left : combine(and, left, part('right'));
      }
      case '||': {
        const left = part('left');
        return left === leaf(true) ? left : combine(or, left, part('right'));
      }
      case 'if-then-else':
        return combine(elseOf, combine(thenOf, part('if'), part('then')), part('else'));
    }
    return atomDiagram(node, known, deps);
  };
  return conditionOf;
}
