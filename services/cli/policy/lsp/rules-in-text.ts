import { splitRules } from '../../../shared/policy/text/rule-text.js';
import { type TextToken, textTokens } from '../../../shared/workbench/complete/tokens.js';

/** A part of a text, in UTF-16 units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** A rule of a text that may not parse. */
export interface RuleInText extends TextSpan {
  /** Empty when the rule has none. */
  readonly id: string;
  /** The string of the annotation `@id`; empty when there is none. */
  readonly idSpan: TextSpan;
  /** The word `permit` or `forbid`; empty when there is none. */
  readonly effectSpan: TextSpan;
}

/** Finds the rules of a text by its tokens alone, so that the text after any key press can be read, parsed or not. */
export function rulesInText(text: string): readonly RuleInText[] {
  return splitRules(text).map(({ text: rule, start }) => {
    const tokens = textTokens(rule).filter(({ kind }) => kind !== 'comment');
    const id = tokens.find((_, index) => isIdString(tokens, index));
    const effect = tokens.find(
      ({ kind, text: word }) => kind === 'word' && (word === 'permit' || word === 'forbid'),
    );
    const spanOf = (token: TextToken | undefined): TextSpan => {
      return { start: start + (token?.start ?? 0), end: start + (token?.end ?? 0) };
    };
    return {
      id: id?.text.slice(1, -1) ?? '',
      start,
      end: start + rule.length,
      idSpan: spanOf(id),
      effectSpan: spanOf(effect),
    };
  });
}

function isIdString(tokens: readonly TextToken[], index: number): boolean {
  const before = tokens.slice(Math.max(index - 3, 0), index).map(({ text }) => text);
  return tokens[index]?.kind === 'string' && before.join(' ') === '@ id (';
}

/** Returns true for an offset in a span or at its end. */
export function isIn({ start, end }: TextSpan, offset: number): boolean {
  return start <= offset && offset <= end && start < end;
}
