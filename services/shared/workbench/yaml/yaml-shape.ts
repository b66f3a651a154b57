import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import type { Detail } from '../../kernel/errors.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { didYouMean, nearest } from '../../kernel/nearest.js';
import { schemas } from '../../notice/generated/schemas.js';
import type { YamlPath, YamlFile } from '../../kernel/yaml-file.js';

const ajv = new Ajv({
  schemas: [...schemas],
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  validateFormats: false,
  validateSchema: false,
});

/**
 * Returns a function that compiles a JSON schema for `shapeFaults` when it is first called, and returns the check. Every `anyOf` in
 * the schema must have a `description` of what is expected. The schema may refer to those of notices.
 */
export function shapeWhenUsed<T>(schema: object): () => ValidateFunction<T> {
  return compileWhenUsed<T>(ajv, schema);
}

/** Returns the schema of an object with these fields and no others. */
export function closedMapping(
  properties: Readonly<Record<string, object>>,
  required: readonly string[],
): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

/**
 * Converts the errors of a validation of the value `at` these steps to faults, each at its place and with the nearest
 * word.
 */
export function shapeFaults(
  yaml: YamlFile,
  errors: ValidateFunction['errors'],
  at: YamlPath = [],
): readonly Detail[] {
  // Of an `anyOf` only the error of the whole is reported, not one for every branch that does not fit.
  const reported = (errors ?? []).filter(({ schemaPath }) => !schemaPath.includes('/anyOf/'));
  const misspelt = reported
    .filter(({ keyword }) => keyword === 'additionalProperties')
    .map(({ params, parentSchema }) =>
      nearest(String(params['additionalProperty']), fieldsOf(parentSchema as Schema)),
    );
  // A field under a misspelt name is reported once, as unknown and not as missing too.
  const isMissing = ({ keyword, params }: ErrorObject): boolean =>
    keyword !== 'required' || !misspelt.includes(String(params['missingProperty']));
  return reported.filter(isMissing).flatMap(faultOf(yaml, at));
}

function faultOf(yaml: YamlFile, within: YamlPath): (error: ErrorObject) => readonly Detail[] {
  return ({ instancePath, keyword, message, ...error }) => {
    const steps = [...within, ...stepsOf(instancePath)];
    const params = error.params as Readonly<Record<string, unknown>>;
    const parent = error.parentSchema as Schema;
    const name = params['additionalProperty'] ?? params['missingProperty'];
    const at = yaml.placeOf(steps);
    if (keyword === 'additionalProperties')
      return [unknownField(yaml, steps, { name: String(name), fields: fieldsOf(parent) })];
    if (keyword === 'required') return [{ path: at, message: `missing field \`${String(name)}\`` }];
    if (keyword === 'enum') return [{ path: at, message: expected(error.data, error.schema as unknown[]) }];
    if (keyword === 'anyOf') {
      const branches = error.schema as readonly Schema[];
      return branchFaults(
        { yaml, steps, branches, expects: String(parent.description).replace(/\.$/, '') },
        error.data,
      );
    }
    return [{ path: at, message: asExpectation(`${message}`) }];
  };
}

interface Schema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly description?: string;
  readonly enum?: readonly unknown[];
}

const fieldsOf = ({ properties = {} }: Schema): readonly string[] => Object.keys(properties);

interface BranchFaultsParams {
  readonly yaml: YamlFile;
  readonly steps: YamlPath;
  readonly branches: readonly Schema[];
  readonly expects: string;
}

function branchFaults(
  { yaml, steps, branches, expects }: BranchFaultsParams,
  data: unknown,
): readonly Detail[] {
  const fields = branches.flatMap(fieldsOf);
  const unknown = isJsonObject(data) ? Object.keys(data).filter((name) => !fields.includes(name)) : [];
  if (unknown.length > 0) return unknown.map((name) => unknownField(yaml, steps, { name, fields }));
  const words = branches.flatMap((branch) => branch.enum ?? []).map(String);
  const hint = typeof data === 'string' ? didYouMean(data, words) : '';
  return [{ path: yaml.placeOf(steps), message: `expected ${expects}${hint}` }];
}

interface Field {
  readonly name: string;
  readonly fields: readonly string[];
}

function unknownField(yaml: YamlFile, steps: YamlPath, { name, fields }: Field): Detail {
  return {
    path: yaml.placeOfName(steps, name),
    message: `unknown field \`${name}\`${didYouMean(name, fields)}`,
  };
}

const SHOWN = 16;

function expected(data: unknown, words: readonly unknown[]): string {
  const hint = typeof data === 'string' ? didYouMean(data, words.map(String)) : '';
  if (hint !== '') return `unknown word \`${String(data)}\`${hint}`;
  return `expected ${words.slice(0, SHOWN).join(', ')}${words.length > SHOWN ? ', …' : ''}`;
}

/** Rewrites a message of the validator: `must be array` becomes `expected array`. */
export function asExpectation(message: string): string {
  return message.replace(/^must be /, 'expected ').replace(/^must /, 'expected to ');
}

/** Splits a JSON pointer (RFC 6901) into steps. */
export function stepsOf(pointer: string): YamlPath {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
