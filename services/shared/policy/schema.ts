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

type Shape = Readonly<{ type: string; required?: boolean; [more: string]: unknown }>;

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

/** The attributes of a notice in the order of their names: what a plan can depend on. */
export function noticeShape(schema: Schema): readonly AttributeShape[] {
  const notice = schema['']?.entityTypes['Notice'];
  const shape = notice !== undefined && 'shape' in notice ? notice.shape : undefined;
  return shape === undefined ? [] : flatten(schema, shape as unknown as Shape, '');
}

function flatten(schema: Schema, record: Shape, prefix: string): readonly AttributeShape[] {
  const attributes = (record['attributes'] ?? {}) as Readonly<Record<string, Shape>>;
  return Object.entries(attributes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, type]) => {
      const path = `${prefix}${name}`;
      const optional = type.required === false;
      if (type.type === 'Record') return flatten(schema, type, `${path}.`);
      const form =
        type.type === 'Set' ? ('set' as const) : isFlag(type) ? ('flag' as const) : ('word' as const);
      const named = (type.type === 'Set' ? type['element'] : type) as Shape;
      return [{ path, form, optional, words: vocabularyOf(schema, String(named['name'])) ?? [] }];
    });
}

function isFlag(type: Shape): boolean {
  return type.type === 'Boolean' || ['Bool', '__cedar::Bool'].includes(String(type['name']));
}
