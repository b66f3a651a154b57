import type { ErrorObject } from 'ajv';
import type { Detail } from '../kernel/errors.js';
import { didYouMean } from '../kernel/nearest.js';

/**
 * Converts an error of ajv to its place, as a JSON pointer, and what was expected there; never shows the content of a
 * section. `at` is the pointer of the validated value in its document.
 */
export function locate(error: ErrorObject, at = ''): Detail {
  const { keyword, message = 'is not valid' } = error;
  const path = `${at}${error.instancePath}`;
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (keyword) {
    case 'additionalProperties':
      return unknownName(path, String(params['additionalProperty']), error.parentSchema);
    case 'required':
      return { path: `${path}/${String(params['missingProperty'])}`, message: 'missing' };
    case 'enum':
      return { path, message: expectedWord(path, error) };
    case 'const':
      return { path, message: `expected ${JSON.stringify(params['allowedValue'])}` };
    case 'anyOf':
      return { path, message: expectedChoice(error) };
    case 'pattern':
    case 'format':
    case 'contains':
      return { path, message: described(error) ?? message };
    case 'false schema':
      return { path, message: 'not allowed for this kind' };
    default:
      return { path, message };
  }
}

/** Returns the schema's description, which people understand better than a pattern. */
function described({ parentSchema }: ErrorObject): string | undefined {
  const words: unknown = parentSchema?.['description'];
  if (typeof words !== 'string') return undefined;
  return `expected ${words.replace(/\.$/, '').replace(/^(?:An?|The)\b/, (article) => article.toLowerCase())}`;
}

function expectedChoice(error: ErrorObject): string {
  const branches = (error.schema ?? []) as readonly { readonly required?: readonly string[] }[];
  const names = branches.flatMap(({ required = [] }) => required);
  return names.length > 0 ? `expected ${names.join(' or ')}` : (described(error) ?? 'is not valid');
}

/** Shows an unknown name inside a section only if it resembles a known one, because a pasted name may be content. */
function unknownName(path: string, name: string, schema: ErrorObject['parentSchema']): Detail {
  const known = Object.keys((schema?.['properties'] ?? {}) as object);
  const meant = didYouMean(name, known);
  const showable = /^[\w-]{1,40}$/.test(name) && (meant !== '' || !path.startsWith('/sections/'));
  return {
    path: `${path}/${showable ? name : '…'}`,
    message: `unknown name${meant}; known are ${known.join(', ')}`,
  };
}

/** Suggests a word for a wrong word of the header; words in a section are never shown. */
function expectedWord(path: string, { data, params }: ErrorObject): string {
  const words = (params as { readonly allowedValues: readonly string[] }).allowedValues;
  const list = words.length > 20 ? 'a word of the vocabulary' : `one of ${words.join(', ')}`;
  if (!path.startsWith('/header/') || typeof data !== 'string') return `expected ${list}`;
  return `expected ${list}${didYouMean(data, words)}`;
}
