import { type AttributeShape, noticeShape, type Schema } from '../../policy/schema.js';
import { entity, type Value, type ValueRecord } from '../../policy/value.js';

/** Something in which notices can differ: a word, a flag, or whether a set has one word. */
export interface Variable {
  readonly path: string;
  readonly form: AttributeShape['form'];
  /** Of a set: which word is in it or not. */
  readonly member?: string;
  /** By their number, as in a notice. Undefined is an attribute that is not there. */
  readonly values: readonly (string | boolean | undefined)[];
  /** The same as Cedar compares them. */
  readonly entities: readonly (Value | undefined)[];
}

/** Which value each variable has, by level; levels that do not matter are left out. */
export type Assignment = ReadonlyMap<number, number>;

/** The variables of a notice in their order: the number of a variable is its level in a diagram. */
export interface Variables {
  readonly list: readonly Variable[];
  /** The levels of an attribute, or of all attributes in a record. */
  readonly levelsOf: (path: string) => readonly number[];
  /** A condition that only Cedar can evaluate, as a variable of its own: it may hold or not. */
  readonly free: (text: string) => number;
  /** The conditions among the variables. */
  readonly conditions: readonly string[];
}

/** The kind is first, for it says which other values there are; the originator is none, it is known when rules are asked. */
export function createVariables(schemas: readonly Schema[]): Variables {
  const shape = mergedShape(schemas).filter(({ path }) => path !== 'originator');
  const first = shape.filter(({ path }) => path === 'kind');
  const list = [...first, ...shape.filter(({ path }) => path !== 'kind')].flatMap(variablesOf);
  const levels = new Map<string, number[]>();
  const add = (path: string, level: number): void => {
    levels.set(path, [...(levels.get(path) ?? []), level]);
  };
  for (const [level, { path }] of list.entries()) {
    const steps = path.split('.');
    for (const [index] of steps.entries()) add(steps.slice(0, index + 1).join('.'), level);
  }
  const conditions = new Map<string, number>();
  return {
    list,
    levelsOf: (path) => levels.get(path) ?? [],
    free: (text) => {
      const level = conditions.get(text) ?? list.length;
      if (level === list.length) list.push(flagVariable(''));
      conditions.set(text, level);
      return level;
    },
    get conditions() {
      return [...conditions.keys()];
    },
  };
}

/** Every attribute and word of any of them, where two versions are compared. */
function mergedShape(schemas: readonly Schema[]): readonly AttributeShape[] {
  const merged = new Map<string, AttributeShape>();
  for (const attribute of schemas.flatMap(noticeShape)) {
    const known = merged.get(attribute.path) ?? attribute;
    const words = [...new Set([...known.words, ...attribute.words])];
    merged.set(attribute.path, { ...known, words, optional: known.optional || attribute.optional });
  }
  return [...merged.values()];
}

function variablesOf({ path, form, type, words, optional }: AttributeShape): readonly Variable[] {
  if (form === 'flag') return [flagVariable(path)];
  if (form === 'set') return words.map((member) => setVariable(path, member, type));
  const absent = optional ? [undefined] : [];
  return [
    {
      path,
      form,
      values: [...words, ...absent],
      entities: [...words.map((word) => entity(type, word)), ...absent],
    },
  ];
}

function flagVariable(path: string): Variable {
  return { path, form: 'flag', values: [false, true], entities: [false, true] };
}

function setVariable(path: string, member: string, type: string): Variable {
  return { path, form: 'set', member, values: [false, true], entities: [false, entity(type, member)] };
}

interface Tree {
  [name: string]: unknown;
}

/** The attributes as Cedar reads them, from the variables at `levels` alone. */
export function recordOf(variables: Variables, levels: readonly number[], at: Assignment): ValueRecord {
  const record: Tree = {};
  for (const level of levels) {
    const variable = variables.list[level];
    if (variable === undefined) continue;
    const value = variable.entities[at.get(level) ?? 0];
    place(record, variable, (before) => {
      if (variable.form !== 'set') return value;
      const set = before instanceof Set ? before : new Set<unknown>();
      return typeof value === 'string' ? set.add(value) : set;
    });
  }
  return record as ValueRecord;
}

/** A whole notice, but for its originator. */
export function plainOf(variables: Variables, at: Assignment): Readonly<Record<string, unknown>> {
  const record: Tree = {};
  for (const [level, variable] of variables.list.entries()) {
    const value = variable.values[at.get(level) ?? 0];
    if (variable.path === '') continue;
    place(record, variable, (before) => {
      if (variable.form !== 'set') return value;
      const list = Array.isArray(before) ? (before as readonly unknown[]) : [];
      return value === true ? [...list, variable.member] : list;
    });
  }
  return record;
}

/** Undefined is not placed: it is an attribute that is not there. */
function place(record: Tree, { path }: Variable, valueOf: (before: unknown) => unknown): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let inner = record;
  for (const step of steps) inner = (inner[step] ??= {}) as Tree;
  const value = valueOf(inner[last]);
  if (value !== undefined) inner[last] = value;
}
