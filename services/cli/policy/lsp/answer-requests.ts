import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import { completionItems } from './completion.js';
import { definitionsAt } from './definition.js';
import type { FolderSessions, OpenPolicyFile } from './folder-sessions.js';
import { formattingEdits } from './formatting.js';
import { hoverAt } from './hover.js';
import { lensesOf } from './lens.js';

/** Answers an editor's requests about open documents; about any other document the answer is empty. */
export function answerRequests(
  connection: Connection,
  sessions: FolderSessions,
  client: () => ClientCapabilities,
): void {
  connection.onCompletion(async ({ textDocument, position }, token) => {
    const file = ruleFile(sessions.find(textDocument.uri));
    if (file === undefined) return [];
    const vocabulary = await unlessCancelled(token, file.session.vocabulary());
    if (vocabulary === undefined) return [];
    const snippets = client().textDocument?.completion?.completionItem?.snippetSupport === true;
    return [...completionItems(file.document, file.document.offsetAt(position), { vocabulary, snippets })];
  });
  connection.onHover(async ({ textDocument, position }, token) => {
    const file = sessions.find(textDocument.uri);
    if (file === undefined) return null;
    const analysis = await unlessCancelled(token, file.session.analysis());
    return hoverAt(file.document, file.document.offsetAt(position), analysis) ?? null;
  });
  connection.onDefinition(async ({ textDocument, position }, token) => {
    const file = sessions.find(textDocument.uri);
    if (file === undefined) return [];
    const { document, folder, session } = file;
    const analysis = await unlessCancelled(token, session.analysis());
    return [...definitionsAt(document, document.offsetAt(position), { folder, analysis })];
  });
  connection.onCodeLens(async ({ textDocument }, token) => {
    const file = ruleFile(sessions.find(textDocument.uri));
    if (file === undefined) return [];
    const analysis = await unlessCancelled(token, file.session.analysis());
    return [...lensesOf(file.document, analysis, await unlessCancelled(token, file.session.effects()))];
  });
  connection.onDocumentFormatting(async ({ textDocument }, token) => {
    const file = ruleFile(sessions.find(textDocument.uri));
    if (file === undefined) return [];
    return [...(await unlessCancelled(token, formattingEdits(file)))];
  });
}

function ruleFile(file: OpenPolicyFile | undefined): OpenPolicyFile | undefined {
  return file?.path.endsWith('.cedar') === true ? file : undefined;
}

/** Resolves with an answer; throws the error of the protocol when the editor cancels the request before that. */
function unlessCancelled<T>(token: CancellationToken, answer: Promise<T>): Promise<T> {
  const cancelled = new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled by the editor');
  return new Promise((resolve, reject) => {
    const listener = token.onCancellationRequested(() => reject(cancelled));
    if (token.isCancellationRequested) reject(cancelled);
    void answer.then(resolve, reject).finally(() => listener.dispose());
  });
}
