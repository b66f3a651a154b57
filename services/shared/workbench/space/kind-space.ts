import { headerLimits } from '../../notice/header-limits.js';
import type { Kind } from '../../notice/kinds.js';
import { readsOf } from '../../policy/key.js';
import type { Reads } from '../../policy/reads.js';
import type { Variable, Variables } from './variables.js';

/** The notices that the schema of one kind allows. */
export interface KindSpace {
  readonly kind: Kind;
  /** Returns the indexes of the values that a variable may have, the plainest first. */
  allowed(level: number): readonly number[];
}

/** Returns the space of one kind. */
export function createKindSpace(kind: Kind, variables: Variables): KindSpace {
  const limits = headerLimits(kind);
  const known: (readonly number[])[] = [];
  const allowedOf = ({ path, form, values }: Variable): readonly number[] => {
    if (form === 'free') return [...values.keys()];
    if (form === 'flag') return [0, 1];
    if (form === 'set') return path === 'codes' && limits.codesEmpty ? [0] : [0, 1];
    const words = path === 'kind' ? [kind] : limits.words[path];
    const isAllowed = (value: unknown): boolean =>
      value === undefined ? !limits.required.includes(path) : (words?.includes(String(value)) ?? true);
    const numbers = [...values.keys()].filter((index) => isAllowed(values[index]));
    // An absent attribute is plainer than any word.
    return numbers.toSorted((a, b) => Number(values[a] !== undefined) - Number(values[b] !== undefined));
  };
  return {
    kind,
    allowed(level) {
      const variable = variables.list[level];
      if (variable === undefined) return [];
      const allowed = known[level] ?? allowedOf(variable);
      known[level] = allowed;
      return allowed;
    },
  };
}

/** Returns the allowed values of a variable that the rules distinguish, and one value that represents all others. */
export type DistinguishedValues = (level: number) => readonly number[];

/**
 * Returns the `DistinguishedValues` for what the rules read. A variable that no rule reads has one value, the plainest.
 */
export function distinguishedBy(
  reads: Reads,
  { allowed }: KindSpace,
  variables: Variables,
): DistinguishedValues {
  const known: (readonly number[])[] = [];
  const readByPath = new Map<string, ReturnType<typeof readsOf>>();
  const readOf = (path: string): ReturnType<typeof readsOf> => {
    // A comparison that is not analysed has an empty path and counts as every value.
    if (!readByPath.has(path)) readByPath.set(path, path === '' ? 'all' : readsOf(path, reads));
    return readByPath.get(path);
  };
  const distinguishedOf = (level: number): readonly number[] => {
    const { path, form, member, values } = variables.list[level] ?? NO_VARIABLE;
    const read = readOf(path);
    const plainest = allowed(level).slice(0, 1);
    if (form !== 'word') {
      const isRead = read === 'all' || (read !== undefined && (form === 'flag' || read.has(`${member}`)));
      return isRead ? allowed(level) : plainest;
    }
    if (read === undefined) return plainest;
    const isNamed = (index: number): boolean => {
      const value = values[index];
      return value === undefined || read === 'all' || read.has(String(value));
    };
    const others = allowed(level).filter((index) => !isNamed(index));
    return [...allowed(level).filter(isNamed), ...others.slice(0, 1)];
  };
  return (level) => {
    const distinguished = known[level] ?? distinguishedOf(level);
    known[level] = distinguished;
    return distinguished;
  };
}

const NO_VARIABLE: Variable = { path: '', form: 'free', values: [] };

/** Returns how many notices of a kind the rules distinguish. */
export function sizeOf(distinguished: DistinguishedValues, reads: Reads, variables: Variables): bigint {
  const read = [...reads.keys()].flatMap(variables.levelsOf);
  return [...new Set(read)].reduce((product, level) => product * BigInt(distinguished(level).length), 1n);
}
