import { type AttributeRead, attributeReads } from '../../policy/attribute-reads.js';
import { compileExpression } from '../../policy/compile/compile-expression.js';
import type { Bindings, Term } from '../../policy/compile/term.js';
import type { Permission } from '../../policy/engine.js';
import { isNode, type Node, operatorOf, pathOf } from '../../policy/expression.js';
import type { Diagrams } from './diagram.js';
import type { Variables } from './variables.js';

/** The value of a condition for one notice. `error`: Cedar cannot evaluate it. */
export type Truth = boolean | 'error';

/** Where diagrams are made, and the variables they are over. */
export interface AtomDeps {
  readonly diagrams: Diagrams;
  readonly variables: Variables;
}

/** What is known of a question before any notice: of the notice only its originator. */
export interface KnownQuestion extends Bindings {
  readonly permission: Permission;
  /** The schema's actions and their groups, as text: what `action in` reads besides the permission. */
  readonly actions: string;
  /** The text of the rule, where its JSON form may round a number. */
  readonly text?: string;
}

/** A condition whose operator is not `&&`, `||`, `!` or `if`, analysed once per node. */
export interface Atom {
  /** Undefined for a construct that only Cedar evaluates (docs/adr/0005). */
  readonly term: Term | undefined;
  readonly reads: readonly AttributeRead[];
  /** The attributes of the notice that it reads, except the originator; empty for the whole notice. */
  readonly paths: readonly string[];
  /** For an operation on one attribute and an operand that does not depend on the notice. */
  readonly operation?: Operation;
}

/** An operator applied to one attribute of the notice. */
export interface Operation {
  readonly operator: string;
  readonly path: string;
  /** The side of the operator that the attribute is on. */
  readonly side: 'left' | 'right';
  /** The other operand; undefined when there is none, as for `isEmpty`. */
  readonly other?: Term;
}

const atoms = new WeakMap<Node, Atom>();

/** Analyses a node; cached per node. */
export function atomOf(node: Node): Atom {
  const known = atoms.get(node);
  if (known !== undefined) return known;
  const operation = operationOf(node);
  const reads = attributeReads(node);
  const atom: Atom = {
    term: compileExpression(node),
    reads,
    paths: [...new Set(noticePaths(reads))],
    ...(operation === undefined ? {} : { operation }),
  };
  atoms.set(node, atom);
  return atom;
}

function operationOf(node: Node): Operation | undefined {
  const [operator, operands] = operatorOf(node);
  if (!isNode(operands)) return undefined;
  const { left, right, arg } = operands;
  if (arg !== undefined) {
    const path = noticePath(arg);
    return path === undefined ? undefined : { operator, path, side: 'left' };
  }
  for (const side of ['left', 'right'] as const) {
    const path = noticePath(side === 'left' ? left : right);
    const opposite = side === 'left' ? right : left;
    if (path === undefined || !isNode(opposite) || dependsOnNotice(opposite)) continue;
    const other = compileExpression(opposite);
    if (other !== undefined) return { operator, path, side, other };
  }
  return undefined;
}

const dependsOnNotice = (node: Node): boolean => noticePaths(attributeReads(node)).length > 0;

function noticePath(node: unknown): string | undefined {
  const [variable, path = ''] = pathOf(node) ?? [];
  return variable === 'resource' && path !== '' && path !== 'originator' ? path : undefined;
}

function noticePaths(reads: readonly AttributeRead[]): readonly string[] {
  return reads.flatMap(({ variable, path }) =>
    variable === 'resource' && path !== 'originator' ? [path] : [],
  );
}
