import { isName } from '../../policy/compile/attribute-access.js';
import { unsupportedIn } from '../../policy/compile/unsupported.js';
import { isNode, literalOf, type Node, operatorOf } from '../../policy/expression.js';
import type { PlacedRule } from '../../policy/rule.js';
import { lineAndColumn } from '../../kernel/line-and-column.js';
import { type Token, tokensIn } from '../../policy/text/tokens.js';
import { type Finding, findingOf } from './finding.js';

/** A file of rules with the rules in it that fit the schema. */
interface RulesOfFile {
  readonly file: { readonly path: string; readonly text: string };
  readonly rules: readonly PlacedRule[];
}

const CONSEQUENCE =
  'to `diff` and `prove` its condition may be true, false or an error, so they are incomplete where that matters; it decides slower';

/**
 * Finds rules with constructs that only Cedar evaluates: one finding for a rule, at the first construct that is found in
 * its text, else at the rule.
 */
export function lintCedarOnly({ file, rules }: RulesOfFile): readonly Finding[] {
  return rules.flatMap((rule) => {
    const constructs = unsupportedIn(rule.json);
    if (constructs.length === 0) return [];
    const tokens = conditionTokens(rule.text);
    const first = constructs
      .flatMap(({ node }) => (node === undefined ? [] : (findToken(tokens, node) ?? [])))
      .toSorted((a, b) => a.start - b.start)[0];
    const path = `${file.path}:${lineAndColumn(file.text, rule.start + (first?.start ?? 0))}`;
    const names = [...new Set(constructs.map(({ construct }) => construct))].join(', ');
    const message = `${names}: only Cedar evaluates \`${rule.id}\`: ${CONSEQUENCE}`;
    return [findingOf('cedar-only', { path, message })];
  });
}

/** Returns the tokens behind the scope: from the first `when` or `unless` that begins a condition. */
function conditionTokens(text: string): readonly Token[] {
  const tokens = [...tokensIn(text)];
  const start = tokens.findIndex(
    (token, index) => ['when', 'unless'].includes(token.text) && tokens[index + 1]?.text === '{',
  );
  return start === -1 ? [] : tokens.slice(start);
}

/** Finds the first token that writes a construct of the kind of this node. */
function findToken(tokens: readonly Token[], node: Node): Token | undefined {
  const isWritten = writingOf(node);
  return tokens.find(({ text }, index) =>
    isWritten({ text, before: tokens[index - 1]?.text, after: tokens[index + 1]?.text }),
  );
}

interface Written {
  readonly text: string;
  /** The tokens around it. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function writingOf(node: Node): (written: Written) => boolean {
  const [operator, operands] = operatorOf(node);
  if (operator === 'Var') {
    return ({ text, before, after }) =>
      text === operands && before !== '.' && before !== 'has' && after !== ':';
  }
  if (operator === 'Value') {
    const isLiteral = literalOf(operands) !== undefined;
    return ({ text, after }) =>
      isLiteral ? text === 'Action' && after === '::' : /^\d+$/.test(text) && !isExact(text);
  }
  const names = attributeNames(operator, operands);
  if (names.length === 0) return ({ text, after }) => text === operator && after === '(';
  return ({ text }) => names.includes(text.replaceAll('"', ''));
}

const isExact = (digits: string): boolean => Number.isSafeInteger(Number(digits));

/** Returns the names that a path, `has` or a record may not have to be compiled; empty for a function. */
function attributeNames(operator: string, operands: unknown): readonly string[] {
  if (!isNode(operands)) return [];
  const names = operator === 'Record' ? Object.keys(operands) : [operands['attr']].flat();
  return names.filter((name): name is string => typeof name === 'string' && !isName(name));
}
