import type { Term } from '../../policy/compile-expression.js';
import type { Node } from '../../policy/expression.js';
import { printExpression } from '../print/print-expression.js';
import { type AtomDeps, atomOf, type FixedBindings, type Truth } from './atom.js';
import type { Diagram } from './diagram.js';
import { setDiagram } from './set-diagram.js';
import { type Assignment, recordOf } from './variables.js';

/** A condition over more combinations of values than this is not evaluated for each of them. */
const MAX_COMBINATIONS = 2 ** 14;

/** Returns the diagram of an atom. One that cannot be evaluated here becomes a free variable: it may hold or not. */
export function atomDiagram(node: Node, fixed: FixedBindings, deps: AtomDeps): Diagram<Truth> {
  const { diagrams, variables } = deps;
  const { term, paths, operation } = atomOf(node);
  const [no, yes] = [diagrams.leaf<Truth>(false), diagrams.leaf<Truth>(true)];
  const free = (): Diagram<Truth> => diagrams.branch(variables.free(printExpression(node)), [no, yes]);
  if (term === undefined) return free();
  const onSet = operation && setDiagram(operation, fixed, deps);
  if (onSet !== undefined) return onSet;
  const levels = paths.flatMap((path) => variables.levelsOf(path)).toSorted((a, b) => a - b);
  const combinations = levels.reduce(
    (product, level) => product * (variables.list[level]?.values.length ?? 1),
    1,
  );
  return combinations > MAX_COMBINATIONS ? free() : enumerate(levels, { term, fixed, deps });
}

interface EnumerateParams {
  readonly term: Term;
  readonly fixed: FixedBindings;
  readonly deps: AtomDeps;
}

/** Evaluates the atom for every combination of the values it reads. */
function enumerate(levels: readonly number[], { term, fixed, deps }: EnumerateParams): Diagram<Truth> {
  const { diagrams, variables } = deps;
  const truthAt = (at: Assignment): Truth => {
    const resource = { ...fixed.resource, ...recordOf(variables, levels, at) };
    const value = term({ ...fixed, resource });
    return typeof value === 'boolean' ? value : 'error';
  };
  const split = (position: number, at: Assignment): Diagram<Truth> => {
    const level = levels[position];
    if (level === undefined) return diagrams.leaf(truthAt(at));
    const numbers = [...(variables.list[level]?.values.keys() ?? [])];
    return diagrams.branch(
      level,
      numbers.map((value) => split(position + 1, new Map([...at, [level, value]]))),
    );
  };
  return split(0, new Map());
}
