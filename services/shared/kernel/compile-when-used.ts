import type { Ajv, ValidateFunction } from 'ajv';

/**
 * Returns a function that compiles a JSON schema when it is first called, and returns the check. A process loads the schemas of
 * much that it never does; compiling them would be a good part of its start.
 *
 * @param ajv Created with `validateSchema: false`, as compiling the schema of schemas takes longer than any of ours.
 */
export function compileWhenUsed<T>(ajv: Ajv, schema: object): () => ValidateFunction<T> {
  let check: ValidateFunction<T> | undefined;
  return () => (check ??= ajv.compile<T>(schema));
}
