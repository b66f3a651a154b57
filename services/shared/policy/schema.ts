import type { SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';

/** The file of the schema in a folder of policies. */
export const SCHEMA_FILE = 'schema.cedarschema';

/** Cedar's JSON form of the schema. */
export type Schema = SchemaJson<string>;

/**
 * An attribute of `Notice`: one word or a set of words of a vocabulary, or a flag. Records are flattened with a dot.
 */
export interface AttributeShape {
  readonly path: string;
  readonly form: 'word' | 'set' | 'flag';
  /** The entity type of the words; `Bool` for a flag. */
  readonly type: string;
  readonly words: readonly string[];
  /** True when it may be absent, alone or with the record that it is in. */
  readonly optional: boolean;
}

/** The type of an attribute in Cedar's JSON form: a named type, a record or a set. */
export interface AttributeType {
  readonly type: string;
  readonly name?: string;
  readonly required?: boolean;
  readonly element?: AttributeType;
  readonly attributes?: Readonly<Record<string, AttributeType>>;
}

/** Returns the words of an enumerated entity type; undefined for an open or unknown type. */
export function vocabularyOf(schema: Schema, type: string): readonly string[] | undefined {
  const entity = schema['']?.entityTypes[type];
  return entity !== undefined && 'enum' in entity ? entity.enum : undefined;
}

/** Returns the entity types without a vocabulary, whose literals mean nothing: `Organisation`, `Notice`. */
export function openTypesOf(schema: Schema): readonly string[] {
  const types = schema['']?.entityTypes ?? {};
  return Object.keys(types).filter((type) => vocabularyOf(schema, type) === undefined);
}

/** Returns the attributes of an entity type that is not enumerated; empty for an enumerated one. */
export function recordType(schema: Schema, type: string): Readonly<Record<string, AttributeType>> {
  const entity = schema['']?.entityTypes[type];
  const shape =
    entity !== undefined && 'shape' in entity ? (entity.shape as unknown as AttributeType) : undefined;
  return shape?.attributes ?? {};
}

/** Returns the attributes of a notice in the order of their names: all that a plan can depend on. */
export function noticeShape(schema: Schema): readonly AttributeShape[] {
  return flatten(schema, recordType(schema, 'Notice'), { prefix: '', optional: false });
}

function flatten(
  schema: Schema,
  attributes: Readonly<Record<string, AttributeType>>,
  outer: { readonly prefix: string; readonly optional: boolean },
): readonly AttributeShape[] {
  return Object.entries(attributes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, type]) => {
      const path = `${outer.prefix}${name}`;
      const optional = outer.optional || type.required === false;
      if (type.type === 'Record')
        return flatten(schema, type.attributes ?? {}, { prefix: `${path}.`, optional });
      const form =
        type.type === 'Set' ? ('set' as const) : type.name === 'Bool' ? ('flag' as const) : ('word' as const);
      const named = (type.type === 'Set' ? type.element : type)?.name;
      return [
        {
          path,
          form,
          type: `${named}`,
          optional,
          words: vocabularyOf(schema, `${named}`) ?? [],
        },
      ];
    });
}
