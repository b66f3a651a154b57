import { closed } from '../kernel/closed-schema.js';
import { fail, type LiaisonError } from '../kernel/errors.js';
import { didYouMean } from '../kernel/nearest.js';

/**
 * Options of the ajv inside fastify, for each server whose routes have a schema for their query. Unknown parameters are
 * left in place, for `additionalProperties: false` to refuse; a single value of a list parameter becomes a list of one;
 * a fault carries the schema that it breaks (`verbose`), whose `description` says what is expected. Schemas are not
 * checked against the meta-schema: compiling it takes longer than compiling all routes of a server.
 */
export const schemaChecks = {
  customOptions: { removeAdditional: false, coerceTypes: 'array', verbose: true, validateSchema: false },
} as const;

/** Returns the schema of a query that takes these parameters only, each optional. */
export function queryOf(properties: Readonly<Record<string, object>>): object {
  return closed(properties, Object.keys(properties));
}

/** The schema of a route that takes no query. */
export const noQuery = queryOf({});

/**
 * Returns the schema of a parameter that is a whole number from 1 with at most 15 digits. It is read as text, because ajv
 * would accept `1e3`, `0x10` and ` 7` as integers too. `fallback` is its default.
 */
export function wholeNumber(fallback: number): object {
  return {
    type: 'string',
    pattern: '^[1-9][0-9]{0,14}$',
    default: String(fallback),
    description: 'a whole number from 1',
  };
}

/**
 * Throws `usage` for a control character in a name or a value. No parameter needs one, and code that reads a text only up to
 * NUL would search for something else.
 */
export function refuseControlCharacters(query: unknown): void {
  for (const [name, value] of Object.entries(Object(query) as Readonly<Record<string, unknown>>)) {
    if (![name, value].flat().some((text) => /\p{Cc}/u.test(String(text)))) continue;
    const message = 'expected no control characters';
    throw fail('usage', `\`${shownName(name)}\`: ${message}`, [{ path: shownName(name), message }]);
  }
}

const shownName = (name: string): string => name.replaceAll(/\p{Cc}/gu, '\uFFFD');

/** Returns the error for an `after` that is no `next` of the list that is asked for. */
export const foreignCursor = (): LiaisonError => fail('usage', '`after` is the `next` of an earlier answer');

/** One fault that ajv finds in a query, the path or the headers of a request. */
export interface SchemaFault {
  readonly keyword: string;
  /** `/limit`, or `/event/0` in a list; empty when a parameter is unknown or missing. */
  readonly instancePath: string;
  readonly message?: string;
  readonly data: unknown;
  readonly params: {
    readonly additionalProperty?: string;
    readonly missingProperty?: string;
    readonly allowedValues?: readonly string[];
  };
  readonly parentSchema: { readonly properties?: object; readonly description?: string };
}

/** Returns the `usage` error for a fault; its detail names the parameter. */
export function errorFromFault(fault: SchemaFault): LiaisonError {
  const { instancePath, params, parentSchema } = fault;
  const { additionalProperty: unknown } = params;
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, Object.keys(parentSchema.properties ?? {}));
    const details = [{ path: unknown, message: `unknown parameter${meant}` }];
    return fail('usage', `unknown parameter \`${unknown}\`${meant}`, details);
  }
  const path = params.missingProperty ?? instancePath.split('/')[1] ?? '';
  const message = expectationOf(fault);
  return fail('usage', `\`${path}\`: ${message}`, [{ path, message }]);
}

function expectationOf({ keyword, message = 'invalid', data, params, parentSchema }: SchemaFault): string {
  const { allowedValues: words, missingProperty } = params;
  if (missingProperty !== undefined) return 'expected, and missing';
  if (keyword === 'type' && Array.isArray(data)) return 'expected at most once';
  if (words !== undefined) return `expected one of ${words.join(', ')}${didYouMean(String(data), words)}`;
  const { description } = parentSchema;
  return keyword === 'pattern' && description !== undefined ? `expected ${description}` : message;
}
