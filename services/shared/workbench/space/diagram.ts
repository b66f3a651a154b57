import { fail } from '../../kernel/errors.js';

/**
 * A decision diagram: a function of the variables of a notice as a graph. A branch has a child for every value of its
 * variable; a leaf is a result. Levels rise from a branch to its children. Equal diagrams are one object, so that `===`
 * decides whether two functions are equal everywhere (Bryant 1986; with many values and leaves: an MTMDD).
 */
export type Diagram<T> = DiagramLeaf<T> | Branch<T>;

/** A result. */
export interface DiagramLeaf<T> {
  readonly type: 'leaf';
  readonly id: number;
  readonly level: number;
  readonly value: T;
}

/** A choice by the value of the variable at `level`. */
export interface Branch<T> {
  readonly type: 'branch';
  readonly id: number;
  readonly level: number;
  readonly children: readonly Diagram<T>[];
}

/** A factory of diagrams. Values of leaves are compared as JSON. */
export interface Diagrams {
  /** Returns the constant function. */
  leaf<T>(value: T): Diagram<T>;
  /** Returns the function that chooses a child by the value of the variable at `level`. */
  branch<T>(level: number, children: readonly Diagram<T>[]): Diagram<T>;
  /** Applies `f` to every result. Cached per function object: pass the same one for the same work. */
  map<A, B>(f: (a: A) => B, a: Diagram<A>): Diagram<B>;
  /** Applies `f` to the results of two diagrams; cached as `map`. */
  combine<A, B, C>(f: (a: A, b: B) => C, a: Diagram<A>, b: Diagram<B>): Diagram<C>;
}

/**
 * Maximum number of branches and leaves of one factory; so many take some 8 s of processor and 0.7 GB. The shipped policies
 * need 5,000. A condition that pairs words with each other doubles the number with each pair.
 */
const MAX_DIAGRAMS = 400_000;

/**
 * Returns a factory without diagrams; only diagrams of one factory can be combined or compared. Its functions throw `oversize`
 * when there would be more than `most`.
 */
export function createDiagrams(most = MAX_DIAGRAMS): Diagrams {
  const table = createTable(most);
  const memos = new WeakMap<object, Map<number, Diagram<unknown>>>();
  const memoOf = <T>(f: object): Map<number, Diagram<T>> => {
    const memo = memos.get(f) ?? new Map<number, Diagram<unknown>>();
    memos.set(f, memo);
    return memo as Map<number, Diagram<T>>;
  };
  return {
    ...table,
    map: <A, B>(f: (a: A) => B, a: Diagram<A>) => createMap(f, { table, memo: memoOf<B>(f) })(a),
    combine: <A, B, C>(f: (a: A, b: B) => C, a: Diagram<A>, b: Diagram<B>) =>
      createCombine(f, { table, memo: memoOf<C>(f) })(a, b),
  };
}

type Table = Pick<Diagrams, 'leaf' | 'branch'>;

/** Returns the table that holds every diagram once. */
function createTable(most: number): Table {
  const made = new Map<string, Diagram<unknown>>();
  const once = <T>(key: string, make: (id: number) => Diagram<T>): Diagram<T> => {
    const known = made.get(key) as Diagram<T> | undefined;
    if (known !== undefined) return known;
    if (made.size >= most)
      throw fail('oversize', `the analysis needs more than ${most.toLocaleString('en')} branches`);
    const diagram = make(made.size);
    made.set(key, diagram);
    return diagram;
  };
  return {
    leaf: (value) =>
      once(JSON.stringify(value), (id) => ({ type: 'leaf', id, level: Number.POSITIVE_INFINITY, value })),
    branch: (level, children) => {
      const [first] = children;
      if (first !== undefined && children.every((child) => child === first)) return first;
      // The keys of leaves are JSON, which never begins with `/`.
      const key = `/${level}:${children.map(({ id }) => id).join()}`;
      return once(key, (id) => ({ type: 'branch', id, level, children }));
    },
  };
}

interface MemoTable<T> {
  readonly table: Table;
  readonly memo: Map<number, Diagram<T>>;
}

function createMap<A, B>(f: (a: A) => B, { table, memo }: MemoTable<B>): (a: Diagram<A>) => Diagram<B> {
  return function visit(node: Diagram<A>): Diagram<B> {
    const known = memo.get(node.id);
    if (known !== undefined) return known;
    const result =
      node.type === 'leaf'
        ? table.leaf(f(node.value))
        : table.branch(
            node.level,
            node.children.map((child) => visit(child)),
          );
    memo.set(node.id, result);
    return result;
  };
}

/** The factor that packs two ids into one number. */
const IDS = 2 ** 26;

type Combine<A, B, C> = (a: Diagram<A>, b: Diagram<B>) => Diagram<C>;

function createCombine<A, B, C>(f: (a: A, b: B) => C, { table, memo }: MemoTable<C>): Combine<A, B, C> {
  const visit: Combine<A, B, C> = (a, b) => {
    const key = a.id * IDS + b.id;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const result = a.type === 'leaf' && b.type === 'leaf' ? table.leaf(f(a.value, b.value)) : descend(a, b);
    memo.set(key, result);
    return result;
  };
  const descend: Combine<A, B, C> = (a, b) => {
    const level = Math.min(a.level, b.level);
    const above = (a.level === level ? a : b) as Branch<A | B>;
    const children = above.children.map((_, index) =>
      visit(childOf(a, { level, index }), childOf(b, { level, index })),
    );
    return table.branch(level, children);
  };
  return visit;
}

interface ChildStep {
  readonly level: number;
  readonly index: number;
}

/** Returns the child for a value of the variable at `level`; the diagram itself when it does not depend on it. */
export function childOf<T>(diagram: Diagram<T>, { level, index }: ChildStep): Diagram<T> {
  if (diagram.type === 'leaf' || diagram.level !== level) return diagram;
  const child = diagram.children[index];
  if (child === undefined) throw new RangeError(`a variable has no value ${index}`);
  return child;
}

/** Returns the levels at or behind `from` that a diagram depends on, in rising order. */
export function levelsIn(diagram: Diagram<unknown>, from: number): readonly number[] {
  const levels = new Set<number>();
  const seen = new Set<number>();
  const visit = (node: Diagram<unknown>): void => {
    if (node.type === 'leaf' || seen.has(node.id)) return;
    seen.add(node.id);
    if (node.level >= from) levels.add(node.level);
    node.children.forEach(visit);
  };
  visit(diagram);
  return [...levels].toSorted((a, b) => a - b);
}
