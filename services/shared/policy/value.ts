import { type AttributeType, recordType, type Schema, vocabularyOf } from './schema.js';

/** A Cedar value that `===` compares: a flag, a Long, an entity as `Kind::"red"`, or a string in quotes (`textValue`). */
export type Scalar = boolean | bigint | string;

/**
 * A Cedar value. A set holds its items as scalars (`itemOf` in `operations.ts`), because no operator takes an item out
 * again.
 */
export type Value = Scalar | ReadonlySet<Scalar> | ValueRecord;

/** A Cedar record, or the attributes of an entity. */
export interface ValueRecord {
  readonly [attribute: string]: Value;
}

/** Converts plain data to Cedar values, or returns a message about what does not fit the schema. */
export type ToRecord = (data: object) => ValueRecord | string;

/** Returns an entity as Cedar writes it. Vocabulary words need no escape. */
export function entity(type: string, id: string): string {
  return `${type}::"${id}"`;
}

/** Returns a Cedar string: in quotes, unlike every entity. */
export function textValue(text: string): string {
  return `"${text}"`;
}

/** Returns a record without attributes, to which they can be added; like `{}`, but without inherited names. */
export function emptyRecord(): Record<string, Value> {
  return Object.create(NO_NAMES) as Record<string, Value>;
}

/**
 * Returns the converter of one entity type, `Notice` or `Organisation`. It checks what Cedar's request validation
 * checks: data with a missing required attribute or a word outside its vocabulary must not be evaluated.
 */
export function createToRecord(schema: Schema, type: string): ToRecord {
  const read = recordReader(schema, recordType(schema, type));
  return (data) => {
    const value = read(data);
    return typeof value === 'string' ? `${type} does not fit the schema: ${value}` : value;
  };
}

/**
 * Records inherit from this empty object. Like records made from `null` they have no inherited names, but
 * they are faster.
 */
const NO_NAMES: object = Object.create(null);

/** Converts one attribute, or returns a message about what does not fit. */
type Reader = (data: unknown) => { readonly value: Value } | string;

function recordReader(schema: Schema, attributes: Readonly<Record<string, AttributeType>>) {
  const readers = Object.entries(attributes).map(([name, type]) => {
    return { name, read: readerOf(schema, type), optional: type.required === false };
  });
  return (data: unknown): ValueRecord | string => {
    if (typeof data !== 'object' || data === null) return 'expected a record';
    const record = emptyRecord();
    for (const { name, read, optional } of readers) {
      const given = (data as Readonly<Record<string, unknown>>)[name];
      if (given === undefined && optional) continue;
      const found = read(given);
      if (typeof found === 'string') return `\`${name}\`: ${found}`;
      record[name] = found.value;
    }
    return record;
  };
}

function readerOf(schema: Schema, type: AttributeType): Reader {
  if (type.type === 'Record') {
    const read = recordReader(schema, type.attributes ?? {});
    return (data) => {
      const value = read(data);
      return typeof value === 'string' ? value : { value };
    };
  }
  if (type.type === 'Set' && type.element !== undefined) return setReader(readerOf(schema, type.element));
  if (type.name === 'Bool')
    return (data) => (typeof data === 'boolean' ? { value: data } : 'expected true or false');
  return wordReader(String(type.name), vocabularyOf(schema, String(type.name)) ?? []);
}

function wordReader(type: string, words: readonly string[]): Reader {
  const values = new Map<unknown, { value: Value }>(
    words.map((word) => [word, { value: entity(type, word) }]),
  );
  return (data) => values.get(data) ?? `no \`${type}::"${String(data)}"\` in the vocabulary`;
}

function setReader(read: Reader): Reader {
  return (data) => {
    if (!Array.isArray(data)) return 'expected a list';
    const set = new Set<Scalar>();
    for (const item of data) {
      const found = read(item);
      if (typeof found === 'string') return found;
      set.add(found.value as Scalar);
    }
    return { value: set };
  };
}
