import { type Hover, MarkupKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { describeAt } from '../../../shared/workbench/complete/describe.js';
import type { FolderAnalysis } from './analysis.js';
import { isIn, rulesInText, type TextSpan } from './rules-in-text.js';
import { ruleIdAt } from './rule-id-at.js';

/**
 * Describes what is at a place in a file of rules: on the id of a rule and on `permit` or `forbid` the rule in the words of
 * `policy doc`, elsewhere the word under the caret. In a file of cases, describes the rule whose id is there.
 */
export function hoverAt(
  document: TextDocument,
  offset: number,
  { rules, vocabulary }: FolderAnalysis,
): Hover | undefined {
  const text = document.getText();
  const shown = (span: TextSpan, value: string): Hover => ({
    contents: { kind: MarkupKind.Markdown, value },
    range: { start: document.positionAt(span.start), end: document.positionAt(span.end) },
  });
  const wordsOf = (id: string): string | undefined => rules.find((rule) => rule.id === id)?.words;
  if (!document.uri.endsWith('.cedar')) {
    const named = ruleIdAt(text, offset);
    const words = wordsOf(named?.id ?? '');
    return named === undefined || words === undefined ? undefined : shown(named, words);
  }
  for (const { id, idSpan, effectSpan } of rulesInText(text)) {
    const span = [idSpan, effectSpan].find((each) => isIn(each, offset));
    const words = wordsOf(id);
    if (span !== undefined && words !== undefined) return shown(span, words);
  }
  const described = vocabulary === undefined ? undefined : describeAt(text, offset, vocabulary);
  if (described === undefined) return undefined;
  const { from, to, code, about } = described;
  const words = about === '' ? [] : [escaped(about)];
  return shown({ start: from, end: to }, [`\`\`\`cedar\n${code}\n\`\`\``, ...words].join('\n\n'));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\*_[\]<>|#]/g, '\\$&');
}
