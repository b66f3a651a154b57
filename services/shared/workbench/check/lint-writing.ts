import { lineAndColumn } from '../../kernel/line-and-column.js';
import type { PlacedRule, RuleFile } from '../../policy/rule.js';
import { type Token, tokensIn } from '../../policy/text/tokens.js';
import { type Finding, findingOf } from './finding.js';
import type { Lint } from './lints.js';

/**
 * Finds what is easily written by mistake and means something else, or nothing: `&&` and `||` side by side without
 * brackets, and a value twice in a set.
 */
export function lintWriting(file: RuleFile, rules: readonly PlacedRule[]): readonly Finding[] {
  return rules.flatMap(({ text, start }) => {
    const tokens = [...tokensIn(text)];
    return [...mixedOperators(tokens), ...repeatedValues(tokens)].map(({ lint, token, message }) => {
      const path = `${file.path}:${lineAndColumn(file.text, start + token.start)}`;
      return findingOf(lint, { path, message });
    });
  });
}

interface Slip {
  readonly lint: Lint;
  readonly token: Token;
  readonly message: string;
}

/** What stands between two operands, so that `&&` and `||` on its two sides do not meet. */
const SEPARATORS = [',', ';', 'then', 'else'];

/** Finds the first operator of each bracket that differs from those before it. */
function mixedOperators(tokens: readonly Token[]): readonly Slip[] {
  const slips: Slip[] = [];
  // The operator seen in each open bracket, the innermost last; `mixed` once the two have met.
  const seen: string[] = [''];
  for (const token of tokens) {
    const { text } = token;
    const before = seen.at(-1) ?? '';
    if ('([{'.includes(text)) seen.push('');
    else if (')]}'.includes(text)) seen.pop();
    else if (SEPARATORS.includes(text)) seen.splice(-1, 1, '');
    else if ((text === '&&' || text === '||') && before !== 'mixed') {
      const isMixed = before !== '' && before !== text;
      seen.splice(-1, 1, isMixed ? 'mixed' : text);
      if (!isMixed) continue;
      const message = '`&&` and `||` side by side: `a && b || c` means `(a && b) || c`';
      slips.push({ lint: 'mixed-operators', token, message });
    }
  }
  return slips;
}

/** Finds the items of each set that an earlier item of it repeats. */
function repeatedValues(tokens: readonly Token[]): readonly Slip[] {
  return setsIn(tokens).flatMap((items) => {
    const texts = items.map((item) => item.map(({ text }) => text).join(''));
    return items.flatMap(([token], index): readonly Slip[] => {
      const text = texts[index] ?? '';
      if (token === undefined || texts.indexOf(text) === index) return [];
      return [{ lint: 'repeated-word', token, message: `\`${text}\` is in the set twice` }];
    });
  });
}

/** Returns the items of every `[…]`, each as its tokens. */
function setsIn(tokens: readonly Token[]): readonly (readonly Token[])[][] {
  interface Open {
    readonly isSet: boolean;
    readonly items: Token[][];
  }
  const sets: Token[][][] = [];
  const open: Open[] = [];
  for (const token of tokens) {
    const inner = ')]}'.includes(token.text) ? open.pop() : undefined;
    if (inner?.isSet === true) sets.push(inner.items);
    for (const { items } of open) {
      if (token.text === ',' && items === open.at(-1)?.items) items.push([]);
      else items.at(-1)?.push(token);
    }
    if ('([{'.includes(token.text)) open.push({ isSet: token.text === '[', items: [[]] });
  }
  return sets;
}
