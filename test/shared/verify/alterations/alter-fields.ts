import { groupBy } from '../../../../services/shared/kernel/group-by.js';

/** The ways to alter a field, as the column `not covered` of docs/formats.md names them. */
export const WAYS = ['flip', 'remove', 'duplicate', 'reorder', 'swap', 'null', 'empty', 'unknown'] as const;

export type Way = (typeof WAYS)[number];

type Path = readonly (string | number)[];

/** A file with one field altered in one way. */
export interface Alteration {
  /** The field, with `[]` for the items of a list: `records[].shown[].salt`. */
  readonly field: string;
  readonly way: Way;
  /** The place in the file, and where in a text a character was flipped. */
  readonly place: string;
  readonly value: unknown;
}

/** The fields of a file, each at most twice: its first and its last place. */
export function fieldsOf(file: unknown): ReadonlyMap<string, readonly Path[]> {
  const all = groupBy(pathsIn(file), nameOf);
  return new Map([...all].map(([name, paths]) => [name, [...new Set([paths[0]!, paths.at(-1)!])]]));
}

/** Every alteration of these fields of a file; `other` is another file of its kind, whose values take their place. */
export function* alterationsOf(file: unknown, other: unknown): Generator<Alteration> {
  for (const [field, paths] of fieldsOf(file))
    for (const path of paths)
      for (const { way, at, change } of changesOf(file, other, path)) {
        const value = change(structuredClone(file));
        const isSame = JSON.stringify(value) === JSON.stringify(file);
        if (!isSame) yield { field, way, place: `${placeOf(path)}${at}`, value };
      }
}

interface Change {
  readonly way: Way;
  readonly at: string;
  readonly change: (copy: unknown) => unknown;
}

function* changesOf(file: unknown, other: unknown, path: Path): Generator<Change> {
  const [value, swapped, key] = [valueAt(file, path), valueAt(other, path), path.at(-1)!];
  const put = (way: Way, one: unknown, at = ''): Change => {
    return { way, at, change: (copy) => ((insideOf(copy, path)[key as string] = one), copy) };
  };
  const inList = (way: Way, change: (list: unknown[], at: number) => unknown): Change => {
    const edit = (copy: unknown) => (change(insideOf(copy, path) as unknown as unknown[], Number(key)), copy);
    return { way, at: '', change: edit };
  };
  yield put('null', null);
  if (swapped !== undefined) yield put('swap', swapped);
  if (typeof key === 'number') {
    yield inList('remove', (list, at) => list.splice(at, 1));
    yield inList('duplicate', (list, at) => list.splice(at, 0, list[at]));
    yield inList('reorder', (list, at) => list.push(...list.splice(at, 1)));
    yield inList('reorder', (list, at) => list.unshift(...list.splice(at, 1)));
  } else {
    const drop = (copy: unknown) => (delete insideOf(copy, path)[key], copy);
    yield { way: 'remove', at: '', change: drop };
  }
  if (typeof value === 'string') {
    yield put('empty', '');
    for (const [at, text] of flipped(value)) yield put('flip', text, `@${at}`);
  }
  if (typeof value === 'number') for (const by of [-1, 1]) yield put('flip', value + by, `@${by}`);
  if (Array.isArray(value)) yield put('empty', []);
  else if (typeof value === 'object' && value !== null) {
    yield put('empty', {});
    yield put('unknown', { ...value, unknown: 1 });
  }
}

/** The text with one character altered: the first, some in the middle, and the last. */
function flipped(text: string): readonly (readonly [number, string])[] {
  const places = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.floor(part * (text.length - 1)));
  return [...new Set(places)].flatMap((at) => {
    const letter = text[at]?.toUpperCase() === 'A' ? 'B' : 'A';
    return text === '' ? [] : [[at, `${text.slice(0, at)}${letter}${text.slice(at + 1)}`] as const];
  });
}

function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, one] of Object.entries(value))
    yield* pathsIn(one, [...path, Array.isArray(value) ? Number(key) : key]);
}

const nameOf = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? '[]' : `.${key}`))
    .join('')
    .replace(/^\./, '');
const placeOf = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');

function valueAt(file: unknown, path: Path): unknown {
  let value = file;
  for (const key of path) value = (Object(value) as Record<string, unknown>)[key];
  return value;
}

const insideOf = (file: unknown, path: Path): Record<string, unknown> =>
  valueAt(file, path.slice(0, -1)) as Record<string, unknown>;
