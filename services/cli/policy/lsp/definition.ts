import type { Location } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { parsePlace } from '../../../shared/workbench/check/finding.js';
import type { FolderAnalysis } from './analysis.js';
import { uriOf } from './policy-files.js';
import { ruleIdAt } from './rule-id-at.js';
import { isIn, rulesInText } from './rules-in-text.js';

/**
 * Returns where to go from a place: from the id of a rule to the cases that name it, from a rule's id in a file of cases to
 * the rule.
 */
export function definitionsAt(
  document: TextDocument,
  offset: number,
  { folder, analysis }: { readonly folder: string; readonly analysis: FolderAnalysis },
): readonly Location[] {
  const text = document.getText();
  const locationOf = (id: string, place: string): Location => {
    const { path, line, column } = parsePlace(place);
    const start = { line: line - 1, character: column - 1 };
    return {
      uri: uriOf({ folder, path }),
      range: { start, end: { ...start, character: start.character + id.length } },
    };
  };
  if (document.uri.endsWith('.cedar')) {
    const id = rulesInText(text).find(({ idSpan }) => isIn(idSpan, offset))?.id;
    return analysis.named.flatMap(({ rule, place }) => (rule === id ? [locationOf(rule, place)] : []));
  }
  const id = ruleIdAt(text, offset)?.id;
  return analysis.rules.flatMap((rule) => (rule.id === id ? [locationOf(rule.id, rule.place)] : []));
}
