import { type CompletionItem, CompletionItemKind, InsertTextFormat } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { complete } from '../../../shared/workbench/complete/complete.js';
import type { Completion } from '../../../shared/workbench/complete/completion.js';
import type { Vocabulary } from '../../../shared/workbench/complete/vocabulary.js';

const KINDS = {
  attribute: CompletionItemKind.Property,
  method: CompletionItemKind.Method,
  word: CompletionItemKind.EnumMember,
  type: CompletionItemKind.Enum,
  variable: CompletionItemKind.Variable,
  keyword: CompletionItemKind.Keyword,
  annotation: CompletionItemKind.Keyword,
} as const;

/** Characters that ask for completions as soon as they are typed. */
export const TRIGGER_CHARACTERS = ['.', ':', '"', '@'];

/** Returns what may stand at `offset`; `snippets` is true for a client that can place the caret in an inserted text. */
export function completionItems(
  document: TextDocument,
  offset: number,
  { vocabulary, snippets }: { readonly vocabulary: Vocabulary; readonly snippets: boolean },
): readonly CompletionItem[] {
  const completions = complete(document.getText(), offset, vocabulary);
  if (completions === undefined) return [];
  const { from, to, items } = completions;
  const range = { start: document.positionAt(from), end: document.positionAt(to) };
  return items.map((item, index) => {
    const { label, kind, detail, about } = item;
    const isSnippet = snippets && item.caret !== undefined;
    return {
      label,
      kind: KINDS[kind],
      detail,
      ...(about === undefined ? {} : { documentation: about }),
      // Clients sort by this text: it keeps the order of `items`.
      sortText: String(index).padStart(4, '0'),
      textEdit: { range, newText: isSnippet ? snippetOf(item) : item.insert },
      insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    };
  });
}

function snippetOf({ insert, caret = insert.length }: Completion): string {
  const escaped = (text: string): string => text.replaceAll(/[\\$}]/g, '\\$&');
  return `${escaped(insert.slice(0, caret))}$0${escaped(insert.slice(caret))}`;
}
