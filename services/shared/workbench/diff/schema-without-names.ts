import type { Schema } from '../../policy/schema.js';

/** Returns a schema as text without the words of `OrgId` and `Group`, which the directory fills in. */
export function schemaWithoutNames({ '': whole, ...others }: Schema): string {
  const { OrgId: _members, Group: _groups, ...types } = whole?.entityTypes ?? {};
  return JSON.stringify({ ...others, '': { ...whole, entityTypes: types } });
}
