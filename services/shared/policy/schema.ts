import { readFileSync } from 'node:fs';
import { type SchemaJson, schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { fail } from '../kernel/errors.js';
import type { DirectoryFacts } from './facts.js';

/** Cedar's JSON form of the schema. */
export type Schema = SchemaJson<string>;

/** An attribute of `Notice`: one word or a set of words of a vocabulary, or a flag. Records are flattened with a dot. */
export interface AttributeShape {
  readonly path: string;
  readonly form: 'word' | 'set' | 'flag';
  readonly words: readonly string[];
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

/**
 * Reads `schema.cedarschema` and fills the vocabularies `OrgId` and `Group` from the directory, so that a rule that
 * names an organisation that is no member is an error. Throws `policy-missing`, `policy-invalid`.
 */
export function readSchema(file: string, directory: DirectoryFacts): Schema {
  const answer = schemaToJson(readText(file));
  if (answer.type === 'failure') {
    const message = answer.errors.map((error) => error.message).join('; ');
    throw fail('policy-invalid', 'the schema is invalid', [{ path: 'schema.cedarschema', message }]);
  }
  const schema = answer.json;
  const facts = [...directory.organisations.values()];
  const groups = facts.flatMap((organisation) => organisation.groups);
  fill(schema, 'OrgId', [...directory.organisations.keys()]);
  fill(schema, 'Group', groups);
  return schema;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw fail('policy-missing', 'no `schema.cedarschema` in the folder of policies');
  }
}

function fill(schema: Schema, type: string, words: readonly string[]): void {
  const types = schema['']?.entityTypes;
  if (types === undefined) return;
  // Cedar refuses an empty enumeration; no organisation has an id with a space.
  types[type] = { enum: words.length === 0 ? ['no one'] : [...new Set(words)] };
}

/** The words of an enumerated entity type, or undefined for an open or unknown type. */
export function vocabularyOf(schema: Schema, type: string): readonly string[] | undefined {
  const entity = schema['']?.entityTypes[type];
  return entity !== undefined && 'enum' in entity ? entity.enum : undefined;
}

/** Entity types with neither a fixed vocabulary nor a meaning in a literal: `Organisation`, `Notice`. */
export function openTypesOf(schema: Schema): readonly string[] {
  const types = schema['']?.entityTypes ?? {};
  return Object.keys(types).filter((type) => vocabularyOf(schema, type) === undefined);
}

/** The attributes of an entity type that is not enumerated. */
export function recordType(schema: Schema, type: string): Readonly<Record<string, AttributeType>> {
  const entity = schema['']?.entityTypes[type];
  const shape =
    entity !== undefined && 'shape' in entity ? (entity.shape as unknown as AttributeType) : undefined;
  return shape?.attributes ?? {};
}

/** The attributes of a notice in the order of their names: what a plan can depend on. */
export function noticeShape(schema: Schema): readonly AttributeShape[] {
  return flatten(schema, recordType(schema, 'Notice'), '');
}

function flatten(
  schema: Schema,
  attributes: Readonly<Record<string, AttributeType>>,
  prefix: string,
): readonly AttributeShape[] {
  return Object.entries(attributes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, type]) => {
      const path = `${prefix}${name}`;
      if (type.type === 'Record') return flatten(schema, type.attributes ?? {}, `${path}.`);
      const form =
        type.type === 'Set' ? ('set' as const) : type.name === 'Bool' ? ('flag' as const) : ('word' as const);
      const named = (type.type === 'Set' ? type.element : type)?.name;
      return [
        { path, form, optional: type.required === false, words: vocabularyOf(schema, `${named}`) ?? [] },
      ];
    });
}
