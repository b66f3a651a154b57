import { ATTRIBUTE_FORMS, OPTIONAL_ATTRIBUTES } from '../../notice/attributes.js';
import { noticeShape, type Schema } from '../../policy/schema.js';
import { entity, type Value, type ValueRecord } from '../../policy/value.js';

/** One way in which notices differ: a word, a flag, or whether a set has one word. */
export interface Variable {
  readonly path: string;
  /** `free`: the unknown value of a comparison that is not analysed; its path is empty. */
  readonly form: 'word' | 'set' | 'flag' | 'free';
  /** For a set: the word that is in it or not. */
  readonly member?: string;
  /** The values as in a notice, by index; undefined is an absent attribute. */
  readonly values: readonly (string | boolean | undefined)[];
}

/** The index of each variable's value, by level; levels that do not matter are left out. */
export type Assignment = ReadonlyMap<number, number>;

/** A comparison that is not analysed. */
export interface FreeComparison {
  /** Equal for comparisons that have the same value for every notice. */
  readonly key: string;
  /** What it is and why it is not analysed, in words. */
  readonly words: string;
}

/** The variables of notices, in order: the index of a variable is its level in a diagram. */
export interface Variables {
  readonly list: readonly Variable[];
  /**
   * How many of the list are attributes. They come first; all later variables are comparisons that are not
   * analysed.
   */
  readonly attributeCount: number;
  /** Returns the levels of an attribute, or of all attributes in a record; of all attributes for an empty path. */
  readonly levelsOf: (path: string) => readonly number[];
  /** Returns the entity type of the words of an attribute. */
  readonly typeOf: (path: string) => string;
  /** Returns the level of a comparison that is not analysed, whose values are false, true and `error`. */
  readonly free: (comparison: FreeComparison) => number;
  /** Returns the words of the comparison at a level; undefined for an attribute. */
  readonly freeAt: (level: number) => string | undefined;
}

/**
 * Returns the variables of all schemas: of the attributes that notices have and a schema knows. The kind is first, as
 * the others depend on it; the originator is not a variable.
 */
export function createVariables(schemas: readonly Schema[]): Variables {
  const shape = mergedShape(schemas).filter(({ path }) => path !== 'originator');
  const first = shape.filter(({ path }) => path === 'kind');
  const list = [...first, ...shape.filter(({ path }) => path !== 'kind')].flatMap(variablesOf);
  const types = new Map(shape.map(({ path, type }) => [path, type]));
  const levels = levelsByPath(list);
  const free = new Map<string, number>();
  const words = new Map<number, string>();
  return {
    list,
    attributeCount: list.length,
    levelsOf: (path) => levels.get(path) ?? [],
    typeOf: (path) => types.get(path) ?? '',
    free: (comparison) => {
      const level = free.get(comparison.key) ?? list.length;
      if (level === list.length) list.push({ path: '', form: 'free', values: [false, true, 'error'] });
      free.set(comparison.key, level);
      words.set(level, comparison.words);
      return level;
    },
    freeAt: (level) => words.get(level),
  };
}

/** Returns the levels of every path: `evaluation.source`, `evaluation`, and the empty path for all. */
function levelsByPath(list: readonly Variable[]): ReadonlyMap<string, readonly number[]> {
  const levels = new Map<string, number[]>();
  for (const [level, { path }] of list.entries()) {
    const steps = path.split('.');
    const paths = ['', ...steps.map((_, index) => steps.slice(0, index + 1).join('.'))];
    for (const each of paths) levels.set(each, [...(levels.get(each) ?? []), level]);
  }
  return levels;
}

/** An attribute that notices have, with the words of every schema. */
interface MergedAttribute {
  readonly path: string;
  readonly type: string;
  readonly words: readonly string[];
}

/**
 * Merges the attributes and words of all schemas. Skips attributes whose form differs: no notice fits such a
 * schema.
 */
function mergedShape(schemas: readonly Schema[]): readonly MergedAttribute[] {
  const merged = new Map<string, MergedAttribute>();
  for (const { path, form, type, words } of schemas.flatMap(noticeShape)) {
    if (ATTRIBUTE_FORMS[path] !== form) continue;
    const known = merged.get(path) ?? { path, type, words };
    merged.set(path, { ...known, words: [...new Set([...known.words, ...words])] });
  }
  return [...merged.values()];
}

function variablesOf({ path, words }: MergedAttribute): readonly Variable[] {
  const form = ATTRIBUTE_FORMS[path] ?? 'word';
  if (form === 'flag') return [{ path, form, values: [false, true] }];
  if (form === 'set') return words.map((member) => ({ path, form, member, values: [false, true] }));
  return [{ path, form, values: OPTIONAL_ATTRIBUTES.includes(path) ? [...words, undefined] : words }];
}

/** Returns the word of a set's variable, or else `word`, in the form in which Cedar compares it: `Kind::"red"`. */
export function entityAt({ list, typeOf }: Variables, level: number, word?: unknown): string {
  const { path = '', member } = list[level] ?? {};
  return entity(typeOf(path), member ?? String(word));
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
    const value = variable.values[at.get(level) ?? 0];
    place(record, variable, (before): Value | undefined => {
      if (variable.form !== 'set')
        return typeof value === 'string' ? entityAt(variables, level, value) : value;
      const set = before instanceof Set ? (before as Set<string>) : new Set<string>();
      return value === true ? set.add(entityAt(variables, level)) : set;
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
