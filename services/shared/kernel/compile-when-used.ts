import type { Ajv, ValidateFunction } from 'ajv';

/**
 * Returns a function that compiles a JSON schema when it is first called, and returns the check. A process loads many
 * schemas that it never uses; compiling all of them would slow its start down noticeably.
 *
 * @param ajv Created with `validateSchema: false`: compiling the meta-schema takes longer than any schema here.
 */
export function compileWhenUsed<T>(ajv: Ajv, schema: object): () => ValidateFunction<T> {
  let check: ValidateFunction<T> | undefined;
  return () => (check ??= ajv.compile<T>(schema));
}
