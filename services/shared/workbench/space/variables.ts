import { type AttributeShape, noticeShape, type Schema } from '../../policy/schema.js';
import { entity, type Value, type ValueRecord } from '../../policy/value.js';

/** One way in which notices differ: a word, a flag, or whether a set has one word. */
export interface Variable {
  readonly path: string;
  readonly form: AttributeShape['form'];
  /** For a set: the word that is in it or not. */
  readonly member?: string;
  /** The values as in a notice, by index; undefined is an absent attribute. */
  readonly values: readonly (string | boolean | undefined)[];
  /** The same values as Cedar compares them. */
  readonly entities: readonly (Value | undefined)[];
}

/** The index of each variable's value, by level; levels that do not matter are left out. */
export type Assignment = ReadonlyMap<number, number>;

/** The variables of notices, in order: the index of a variable is its level in a diagram. */
export interface Variables {
  readonly list: readonly Variable[];
  /** Returns the levels of an attribute, or of all attributes in a record. */
  readonly levelsOf: (path: string) => readonly number[];
  /** Returns the level of a condition that only Cedar can evaluate, as a variable: it may hold or not. */
  readonly free: (text: string) => number;
  /** The texts of those conditions. */
  readonly conditions: readonly string[];
}

/**
 * Returns the variables of all schemas. The kind is first, as the others depend on it; the originator is not a
 * variable.
 */
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

/** Merges the attributes and words of all schemas. */
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

/** Returns the attributes that Cedar reads, from the variables at `levels` alone. */
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

/** Returns a whole notice, without its originator. */
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

/** Sets an attribute at its path; undefined, an absent attribute, is not set. */
function place(record: Tree, { path }: Variable, valueOf: (before: unknown) => unknown): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let inner = record;
  for (const step of steps) inner = (inner[step] ??= {}) as Tree;
  const value = valueOf(inner[last]);
  if (value !== undefined) inner[last] = value;
}
