import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { type Detail, fail } from '../kernel/errors.js';
import { didYouMean } from '../kernel/nearest.js';
import { schemas } from './generated/schemas.js';

const ajv = new Ajv({
  strict: true,
  // The kinds only narrow what header and sections have typed and named already.
  strictTypes: false,
  strictRequired: false,
  allErrors: false,
  ownProperties: true,
  verbose: true,
  // Lengths in UTF-16 units: 0.9 µs against 40 at 20 KB. ajv calls the option deprecated at each start, hence no logger.
  unicode: false,
  logger: false,
  schemas: [...schemas],
});
// ajv-formats is CommonJS without a default in its types' eyes.
(addFormats as unknown as (instance: Ajv, options: object) => Ajv)(ajv, {
  mode: 'fast',
  formats: ['date', 'date-time'],
});

/** Throws `schema-invalid` with the JSON pointer and what was expected there; never the value of a section. */
export function validate(name: string, value: unknown): void {
  const check = ajv.getSchema(`${name}.schema.json`) as ValidateFunction;
  if (check(value)) return;
  const details = (check.errors ?? []).slice(0, 1).map(locate);
  const [first] = details;
  throw fail(
    'schema-invalid',
    `\`${first?.path ?? ''}\`: ${first?.message ?? 'not as its schema says'}`,
    details,
  );
}

/** True when the whole value is what one definition of a schema says: a section alone. */
export function conforms(reference: string, value: unknown): boolean {
  const check = ajv.getSchema(reference) as ValidateFunction;
  return check(value);
}

function locate(error: ErrorObject): Detail {
  const { instancePath, keyword, message = 'is not valid' } = error;
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (keyword) {
    case 'additionalProperties':
      return unknownName(instancePath, String(params['additionalProperty']), error.parentSchema);
    case 'required':
      return { path: `${instancePath}/${String(params['missingProperty'])}`, message: 'missing' };
    case 'enum':
      return { path: instancePath, message: expectedWord(instancePath, error) };
    case 'const':
      return { path: instancePath, message: `expected ${JSON.stringify(params['allowedValue'])}` };
    case 'false schema':
      return { path: instancePath, message: 'must not be there for this kind' };
    default:
      return { path: instancePath, message };
  }
}

function unknownName(path: string, name: string, schema: ErrorObject['parentSchema']): Detail {
  const known = Object.keys((schema?.['properties'] ?? {}) as object);
  const shown = /^[\w-]{1,40}$/.test(name) ? name : '…';
  return {
    path: `${path}/${shown}`,
    message: `unknown name${didYouMean(name, known)}; known are ${known.join(', ')}`,
  };
}

/** A wrong word of the header may be shown; what stands in a section may not. */
function expectedWord(path: string, { data, params }: ErrorObject): string {
  const words = (params as { readonly allowedValues: readonly string[] }).allowedValues;
  const list = words.length > 20 ? 'a word of the vocabulary' : `one of ${words.join(', ')}`;
  if (!path.startsWith('/header/') || typeof data !== 'string') return `expected ${list}`;
  return `expected ${list}${didYouMean(data, words)}`;
}
