import { openingBracket, type TextToken } from './tokens.js';
import type { AttributeTypes, ValueType, Vocabulary } from './vocabulary.js';

/** The variables of a rule. */
export const VARIABLES = ['principal', 'resource', 'context'] as const;

/** Methods of a set, each with its meaning in plain words. */
export const METHODS = {
  contains: 'has this member',
  containsAny: 'has at least one of these words',
  containsAll: 'has all of these words',
  isEmpty: 'has no member',
} as const;

const BOOL: ValueType = { form: 'plain', type: 'Bool' };

/**
 * Returns the type of the expression that ends with the token at `index`: a path such as `resource.evaluation.source`, a
 * literal, or a list. Undefined for everything else, and for names that the schema does not have.
 */
export function typeEndingAt(
  tokens: readonly TextToken[],
  index: number,
  vocabulary: Vocabulary,
): ValueType | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  if (token.kind === 'string') return literalType(tokens, index);
  if (token.text === ']') return listType(tokens, openingBracket(tokens, index), vocabulary);
  if (token.text === ')') return callType(tokens, index);
  const [variable = '', ...names] = pathEndingAt(tokens, index);
  return names.reduce<ValueType | undefined>(
    (type, name) => type && own(typesOfAttributes(type, vocabulary), name)?.type,
    variableType(variable, tokens, vocabulary),
  );
}

/** Returns the attributes of a record or of an entity; none for other types. */
export function typesOfAttributes(type: ValueType, { entities }: Vocabulary): AttributeTypes {
  if (type.form === 'record') return type.attributes;
  return type.form === 'entity' ? (own(entities, type.type) ?? {}) : {};
}

/** Returns the type of the members of the list that begins at `index`, by its first literal. */
export function memberType(
  tokens: readonly TextToken[],
  index: number,
  vocabulary: Vocabulary,
): ValueType | undefined {
  const [type, colons] = tokens.slice(index + 1, index + 3);
  if (type?.kind === 'word' && colons?.text === '::') return { form: 'entity', type: type.text };
  // `resource.codes.containsAny([…])` has members of the set's type.
  const method = tokens[index - 1]?.text === '(' ? tokens[index - 2]?.text : undefined;
  const isCall = method === 'containsAny' || method === 'containsAll';
  const set = isCall ? typeEndingAt(tokens, index - 4, vocabulary) : undefined;
  return set?.form === 'set' ? set.of : undefined;
}

/** Returns the names of the path that ends with the token at `index`: `['resource', 'evaluation', 'source']`. */
export function pathEndingAt(tokens: readonly TextToken[], index: number): readonly string[] {
  let start = index;
  while (tokens[start - 1]?.text === '.' && tokens[start - 2]?.kind === 'word') start -= 2;
  return tokens.slice(start, index + 1).flatMap(({ kind, text }) => (kind === 'word' ? [text] : []));
}

/** Returns the value of an own property: names come from a text, and `constructor` is no attribute. */
export function own<T>(record: Readonly<Record<string, T | undefined>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function literalType(tokens: readonly TextToken[], index: number): ValueType {
  const type = tokens[index - 1]?.text === '::' ? tokens[index - 2]?.text : undefined;
  return type === undefined ? { form: 'plain', type: 'String' } : { form: 'entity', type };
}

function listType(
  tokens: readonly TextToken[],
  opening: number,
  vocabulary: Vocabulary,
): ValueType | undefined {
  const member = memberType(tokens, opening, vocabulary);
  return member === undefined ? undefined : { form: 'set', of: member };
}

/** Returns Bool for the call of a method of a set; undefined for any other expression in brackets. */
function callType(tokens: readonly TextToken[], index: number): ValueType | undefined {
  const method = tokens[openingBracket(tokens, index) - 1]?.text ?? '';
  return Object.hasOwn(METHODS, method) ? BOOL : undefined;
}

function variableType(
  name: string,
  tokens: readonly TextToken[],
  { actions }: Vocabulary,
): ValueType | undefined {
  const scopes = actionsOf(tokens, actions);
  switch (name) {
    case 'principal':
    case 'resource': {
      const type = scopes.flatMap((scope) => scope[name])[0];
      return type === undefined ? undefined : { form: 'entity', type };
    }
    case 'context':
      return {
        form: 'record',
        attributes: Object.assign({}, ...scopes.map(({ context }) => context)) as AttributeTypes,
      };
    default:
      return undefined;
  }
}

/** Returns the scopes of the actions that the rule names; all of them when it names none. */
function actionsOf(tokens: readonly TextToken[], actions: Vocabulary['actions']) {
  const named = tokens.flatMap(({ kind, text }, index) =>
    kind === 'string' && tokens[index - 1]?.text === '::' && tokens[index - 2]?.text === 'Action'
      ? (own(actions, text.slice(1, -1)) ?? [])
      : [],
  );
  return named.length > 0 ? named : Object.values(actions).flatMap((scope) => scope ?? []);
}
