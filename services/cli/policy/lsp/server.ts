import type { Readable, Writable } from 'node:stream';
import {
  type ClientCapabilities,
  CodeLensRefreshRequest,
  createConnection,
  type ServerCapabilities,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { untilAborted } from '../../../shared/kernel/pause.js';
import { answerRequests } from './answer-requests.js';
import { TRIGGER_CHARACTERS } from './completion.js';
import { createFolderSessions } from './folder-sessions.js';

interface LanguageServerParams {
  readonly input: Readable;
  readonly output: Writable;
  /** The only folder of policies to serve, as an absolute path; undefined to serve the folder of each document. */
  readonly pinned: string | undefined;
  readonly stopping: AbortSignal;
}

const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  completionProvider: { triggerCharacters: TRIGGER_CHARACTERS },
  hoverProvider: true,
  definitionProvider: true,
  codeLensProvider: {},
  documentFormattingProvider: true,
};

/**
 * Serves one editor by the Language Server Protocol until it sends `exit`, its stream ends or `stopping` aborts. Resolves
 * with true when the editor asked for `shutdown` first. Writes nothing but the protocol to `output`.
 */
export async function runLanguageServer(params: LanguageServerParams): Promise<boolean> {
  const { input, output, pinned, stopping } = params;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const watchDog = { shutdownReceived: false, initialize: () => undefined, exit: end };
  const [reader, writer] = [new StreamMessageReader(input), new StreamMessageWriter(output)];
  const connection = createConnection((logger) => createProtocolConnection(reader, writer, logger), watchDog);
  const documents = new TextDocuments(TextDocument);
  let client: ClientCapabilities = {};
  const onEffects = (): void => {
    if (client.workspace?.codeLens?.refreshSupport !== true) return;
    // An editor that is about to close may not answer.
    void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  };
  const sessions = createFolderSessions({ connection, documents, pinned, onEffects });
  connection.onInitialize(({ capabilities }) => {
    client = capabilities;
    return { capabilities: CAPABILITIES, serverInfo: { name: 'liaison' } };
  });
  documents.onDidChangeContent(({ document }) => sessions.changed(document.uri));
  documents.onDidClose(({ document }) => sessions.closed(document.uri));
  answerRequests(connection, sessions, () => client);
  documents.listen(connection);
  connection.listen();
  for (const event of ['end', 'close']) input.once(event, end);
  await untilAborted(AbortSignal.any([ended.signal, stopping]));
  await sessions.close();
  connection.dispose();
  return watchDog.shutdownReceived;
}
