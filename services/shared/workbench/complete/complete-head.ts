import { type Completion, named, withCaret } from './completion.js';
import { openBrackets, type TextToken } from './tokens.js';
import type { Vocabulary } from './vocabulary.js';

/** Keywords that begin a rule or one of its conditions, each with its meaning in plain words. */
export const HEAD_WORDS = {
  permit: 'allows what it is about, unless a forbid of the same layer applies',
  forbid: 'denies what it is about, whatever permits it',
  when: 'the rule applies only when this holds',
  unless: 'the rule does not apply when this holds',
} as const;

/** Returns what may follow the tokens of a rule outside its conditions. */
export function completeHead(tokens: readonly TextToken[], vocabulary: Vocabulary): readonly Completion[] {
  const [opening] = openBrackets(tokens);
  if (opening === undefined) return wordItems(tokens);
  const effect = tokens[opening - 1]?.text;
  return effect === 'permit' || effect === 'forbid' ? scopeItems(tokens.slice(opening + 1), vocabulary) : [];
}

/** Returns `permit` and `forbid` before the scope of a rule, and `when` and `unless` after it. */
function wordItems(tokens: readonly TextToken[]): readonly Completion[] {
  const last = tokens.at(-1)?.text;
  const hasEffect = tokens.some(({ text }) => text === 'permit' || text === 'forbid');
  if (hasEffect) return last === ')' || last === '}' ? [conditionItem('when'), conditionItem('unless')] : [];
  return last === undefined || last === ')'
    ? [effectItem('permit'), effectItem('forbid'), named('@', 'annotation', 'annotation')]
    : [];
}

function effectItem(effect: 'permit' | 'forbid'): Completion {
  const item = { ...named(effect, 'keyword', 'rule'), about: HEAD_WORDS[effect] };
  return withCaret(item, `${effect} (principal, action == Action::"", resource)`, '", resource)'.length);
}

function conditionItem(word: 'when' | 'unless'): Completion {
  return withCaret({ ...named(word, 'keyword', 'condition'), about: HEAD_WORDS[word] }, `${word} {  }`, 2);
}

/** Returns what may follow inside the brackets of the scope; each of its three places has one variable. */
function scopeItems(scope: readonly TextToken[], { actions }: Vocabulary): readonly Completion[] {
  const last = scope.at(-1)?.text;
  const inList = openBrackets(scope).length > 0;
  const isLiteral = last === '==' || last === 'in' || (inList && (last === '[' || last === ','));
  if (isLiteral) {
    return Object.keys(actions).map((action) => named(`Action::"${action}"`, 'word', 'action'));
  }
  if (inList) return [];
  if (last === 'action') return [named('==', 'keyword', 'operator'), named('in', 'keyword', 'operator')];
  const place = scope.filter(({ text }) => text === ',').length;
  const variable = ['principal', 'action', 'resource'][place];
  const isBegun = last === undefined || last === ',';
  return isBegun && variable !== undefined ? [named(variable, 'variable', 'variable')] : [];
}
