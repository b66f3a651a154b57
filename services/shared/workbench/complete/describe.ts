import { wordOf } from '../print/plain-terms.js';
import { plainName } from './complete.js';
import { EXPRESSION_WORDS, OPERATORS } from './complete-condition.js';
import { HEAD_WORDS } from './complete-head.js';
import { METHODS, own, pathEndingAt, typeEndingAt } from './expression-type.js';
import { ruleTokens, type TextToken, textTokens } from './tokens.js';
import { typeText, type Vocabulary } from './vocabulary.js';

/** The meaning of the token at a place. Offsets count UTF-16 units. */
export interface Description {
  readonly from: number;
  readonly to: number;
  /** As it is written in a rule: `resource.kind: Kind`. */
  readonly code: string;
  /** In plain words; empty when there are none. */
  readonly about: string;
}

/** Longer vocabularies are not listed. */
const MAX_WORDS = 40;

const ANNOTATION_WORDS: Readonly<Record<string, string>> = {
  id: 'names the rule; unique in the whole folder',
  reason: 'why the rule is there; shown with every decision',
  article: 'the article that the rule is based on',
  obligation: 'what the recipient takes on when this permit opened something',
  keep: 'why the rule stays although `policy check` warns of it',
};

const VARIABLE_WORDS: Readonly<Record<string, string>> = {
  principal: 'the recipient',
  action: 'the permission that is asked for',
  resource: 'the header of the notice',
  context: 'the section that is asked about',
};

const PERMISSION_WORDS: Readonly<Record<string, string>> = {
  receive: 'may the recipient have the notice?',
  disclose: 'may the recipient have this section?',
  advertise: 'may the recipient know that this withheld section exists?',
};

/** Describes the token at `offset` of a file of rules; undefined for a token without a description. Pure. */
export function describeAt(text: string, offset: number, vocabulary: Vocabulary): Description | undefined {
  const all = textTokens(text);
  const index = all.findIndex(({ start, end }) => start <= offset && offset < end);
  const token = all[index];
  if (token === undefined || token.kind === 'comment') return undefined;
  const tokens = ruleTokens(all.slice(0, index + 1));
  const isType = all[index + 1]?.text === '::';
  const described = isType ? typeOf(token.text, vocabulary) : describe(tokens, vocabulary);
  return described && { from: token.start, to: token.end, ...described };
}

type Described = Pick<Description, 'code' | 'about'>;

/** Describes the last token of a rule so far. */
function describe(tokens: readonly TextToken[], vocabulary: Vocabulary): Described | undefined {
  const [before, between, token] = [tokens.at(-3), tokens.at(-2), tokens.at(-1)];
  if (token === undefined) return undefined;
  if (token.kind === 'string' && between?.text === '::')
    return literal(before?.text ?? '', token.text.slice(1, -1), vocabulary);
  if (between?.text === '@') return aboutWord(ANNOTATION_WORDS, token.text, '@');
  if (between?.text === '.' || between?.text === 'has') return member(tokens, vocabulary);
  return (
    variable(tokens, vocabulary) ??
    aboutWord({ ...OPERATORS, ...EXPRESSION_WORDS, ...HEAD_WORDS }, token.text, '')
  );
}

function aboutWord(
  words: Readonly<Record<string, string>>,
  name: string,
  prefix: string,
): Described | undefined {
  const about = own(words, name);
  return about === undefined ? undefined : { code: `${prefix}${name}`, about };
}

function variable(tokens: readonly TextToken[], vocabulary: Vocabulary): Described | undefined {
  const name = tokens.at(-1)?.text ?? '';
  const about = own(VARIABLE_WORDS, name);
  if (about === undefined) return undefined;
  const type = typeEndingAt(tokens, tokens.length - 1, vocabulary);
  return { code: type === undefined ? name : `${name}: ${typeText(type)}`, about };
}

/** Describes an attribute or a method after a dot, or an attribute after `has`. */
function member(tokens: readonly TextToken[], vocabulary: Vocabulary): Described | undefined {
  const name = tokens.at(-1)?.text ?? '';
  // `resource has personStatus` is described as `resource.personStatus`.
  const dotted = tokens.with(tokens.length - 2, { kind: 'symbol', text: '.', start: 0, end: 0 });
  const type = typeEndingAt(dotted, dotted.length - 1, vocabulary);
  if (type === undefined) return aboutWord(METHODS, name, '.');
  const path = pathEndingAt(dotted, dotted.length - 1).join('.');
  return { code: `${path}: ${typeText(type)}`, about: plainName(path) ?? '' };
}

function literal(type: string, word: string, { words, actions }: Vocabulary): Described | undefined {
  const code = `${type}::${JSON.stringify(word)}`;
  if (type === 'Action') {
    return own(actions, word) === undefined
      ? undefined
      : { code, about: own(PERMISSION_WORDS, word) ?? 'an action of the schema' };
  }
  const known = own(words, type);
  if (known === undefined) return undefined;
  return { code, about: known.includes(word) ? wordOf({ type, id: word }) : 'not in the vocabulary' };
}

function typeOf(type: string, { words, entities }: Vocabulary): Described | undefined {
  const known = own(words, type);
  if (known === undefined)
    return (
      own(entities, type) && {
        code: `entity ${type}`,
        about: 'an entity type with attributes, not a vocabulary',
      }
    );
  const listed = known.slice(0, MAX_WORDS).join(', ');
  const more = known.length > MAX_WORDS ? `, and ${known.length - MAX_WORDS} more` : '';
  return { code: `entity ${type} enum`, about: `${listed}${more}` };
}
