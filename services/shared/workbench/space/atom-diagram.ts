import type { Term } from '../../policy/compile/term.js';
import { hasRoundedNumber, type Node } from '../../policy/expression.js';
import { printExpression } from '../print/print-expression.js';
import { type AtomDeps, atomOf, type KnownQuestion, type Truth } from './atom.js';
import type { Diagram } from './diagram.js';
import { setDiagram } from './set-diagram.js';
import { type Assignment, recordOf, type Variables } from './variables.js';

/** A condition over more combinations of values than this is not evaluated for each of them. */
const MAX_COMBINATIONS = 2 ** 14;

/** Returns the diagram of an atom. An atom that is not analysed may be true, false or an error. */
export function atomDiagram(node: Node, known: KnownQuestion, deps: AtomDeps): Diagram<Truth> {
  const { variables } = deps;
  const { term, paths, operation } = atomOf(node);
  if (term === undefined) return freeDiagram(node, known, { ...deps, why: 'only Cedar evaluates it' });
  const onSet = operation && setDiagram(operation, known, deps);
  if (onSet !== undefined) return onSet;
  const levels = [...new Set(paths.flatMap(variables.levelsOf))].toSorted((a, b) => a - b);
  const combinations = levels.reduce(
    (product, level) => product * (variables.list[level]?.values.length ?? 1),
    1,
  );
  if (combinations <= MAX_COMBINATIONS) return enumerate(levels, { term, known, deps });
  return freeDiagram(node, known, { ...deps, why: 'it has too many combinations of values to try' });
}

interface FreeParams extends AtomDeps {
  readonly why: string;
}

/**
 * Returns the diagram of a comparison that is not analysed: a variable of its own. Two comparisons share it
 * only if they have the same value for every notice, which needs the same text and the same facts of the
 * directory.
 */
function freeDiagram(
  node: Node,
  known: KnownQuestion,
  { diagrams, variables, why }: FreeParams,
): Diagram<Truth> {
  const level = variables.free({
    key: freeKey(node, known, variables),
    words: `\`${printExpression(node)}\`: ${why}, taken as true, as false and as an error`,
  });
  return diagrams.branch(
    level,
    ([false, true, 'error'] as const).map((value) => diagrams.leaf<Truth>(value)),
  );
}

function freeKey(node: Node, known: KnownQuestion, variables: Variables): string {
  const { reads, paths } = atomOf(node);
  const facts = reads.map(({ variable, path }) => {
    if (variable === 'action') return known.permission;
    if (variable === 'resource') return path === '' || path === 'originator' ? known.resource : null;
    return variable === 'principal' ? known.principal : known.context;
  });
  // A version takes only its members' consents into account.
  const levels = paths.map(variables.levelsOf);
  const text = hasRoundedNumber(node) ? known.text : undefined;
  return JSON.stringify([node, text, known.actions, facts, levels], (_, value: unknown) =>
    value instanceof Set ? [...(value as ReadonlySet<unknown>)].map(String).toSorted() : value,
  );
}

interface EnumerateParams {
  readonly term: Term;
  readonly known: KnownQuestion;
  readonly deps: AtomDeps;
}

/** Evaluates the atom for every combination of the values it reads. */
function enumerate(levels: readonly number[], { term, known, deps }: EnumerateParams): Diagram<Truth> {
  const { diagrams, variables } = deps;
  const truthAt = (at: Assignment): Truth => {
    const resource = { ...known.resource, ...recordOf(variables, levels, at) };
    const value = term({ ...known, resource });
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
