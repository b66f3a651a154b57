type Path = readonly (string | number)[];

/** A text in a JSON value. */
export interface PlacedText {
  readonly path: Path;
  readonly text: string;
}

/** Every text of a JSON value, with its place. */
export function textsIn(value: unknown, path: Path = []): readonly PlacedText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, [...path, isList ? Number(key) : key]));
}

/** Returns a copy of a JSON value with one character of one text altered. */
export function altered(value: unknown, { path, text }: PlacedText, at: number): unknown {
  const copy = JSON.parse(JSON.stringify(value)) as unknown;
  const [last, ...before] = path.toReversed();
  const parent = before.toReversed().reduce((inside, key) => Object(inside)[key] as unknown, copy);
  const place = at % text.length;
  const other = text[place] === 'A' ? 'B' : 'A';
  Object(parent)[last as string] = text.slice(0, place) + other + text.slice(place + 1);
  return copy;
}

/** True when a line is about this text, or about the part of the file that holds it. */
export function isNamed({ path }: PlacedText, where: string): boolean {
  const place = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);
  return where !== '' && (place === where || place.startsWith(`${where}.`) || place.startsWith(`${where}[`));
}
