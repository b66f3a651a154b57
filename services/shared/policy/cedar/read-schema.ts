import { fail } from '../../kernel/errors.js';
import type { DirectoryFacts } from '../facts.js';
import { type Schema, SCHEMA_FILE } from '../schema.js';
import { schemaToJson } from './cedar.js';

/**
 * Parses the text of `schema.cedarschema` and fills the vocabularies `OrgId` and `Group` from the directory, so that a
 * rule that names an organisation outside the federation is an error. Throws `policy-missing` for an undefined text (no
 * file) and `policy-invalid`.
 */
export function readSchema(text: string | undefined, directory: DirectoryFacts): Schema {
  if (text === undefined) throw fail('policy-missing', 'no `schema.cedarschema` in the folder of policies');
  const answer = schemaToJson(text);
  if (answer.type === 'failure') {
    const message = answer.errors.map((error) => error.message).join('; ');
    throw fail('policy-invalid', 'the schema is invalid', [{ path: SCHEMA_FILE, message }]);
  }
  const schema = answer.json;
  const facts = [...directory.organisations.values()];
  const groups = facts.flatMap((organisation) => organisation.groups);
  fill(schema, 'OrgId', [...directory.organisations.keys()]);
  fill(schema, 'Group', groups);
  return schema;
}

function fill(schema: Schema, type: string, words: readonly string[]): void {
  const types = schema['']?.entityTypes;
  if (types === undefined) return;
  // Cedar refuses an empty enumeration; the placeholder has a space, which no id has.
  types[type] = { enum: words.length === 0 ? ['no one'] : [...new Set(words)] };
}
