import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CodeLensRequest,
  CompletionRequest,
  createProtocolConnection,
  DefinitionRequest,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentFormattingRequest,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type Location,
  type MarkupContent,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type CompletionItem,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import { until } from '../../../support/until.js';

/** An editor that speaks the protocol with the process of `scripts/liaison policy lsp`. */
export interface Editor {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  /** Everything that the process wrote to stderr. */
  readonly stderr: () => string;
  /** Opens a file of the folder with its text on disk, or with another one. */
  open(path: string, text?: string): Promise<void>;
  /** Replaces the whole text of an open file. */
  change(path: string, text: string): Promise<void>;
  closeFile(path: string): Promise<void>;
  /** Resolves with the diagnostics of a file once they are as wanted. */
  diagnostics(
    path: string,
    wanted: (shown: readonly Diagnostic[]) => boolean,
  ): Promise<readonly Diagnostic[]>;
  complete(path: string, at: Position): Promise<readonly CompletionItem[]>;
  hover(path: string, at: Position): Promise<string>;
  lenses(path: string): Promise<readonly string[]>;
  definition(path: string, at: Position): Promise<readonly string[]>;
  /** Resolves with the formatted text. */
  format(path: string): Promise<string>;
  /** Sends `shutdown` and `exit`; resolves with the exit code. */
  close(): Promise<number | null>;
}

/** Returns the place after the first `found` in a text. */
export function placeAfter(text: string, found: string): Position {
  const at = text.indexOf(found);
  if (at === -1) throw new Error(`no ${found}`);
  return TextDocument.create('', '', 0, text).positionAt(at + found.length);
}

/** Starts the language server of a folder and initialises it. */
export async function startLanguageServer(folder: string): Promise<Editor> {
  const liaison = join(projectRoot, 'scripts/liaison');
  // The first call may build the project and print notes about it, which the server must not print.
  execFileSync(liaison, ['--version'], { stdio: 'ignore' });
  const server = spawn(liaison, ['policy', 'lsp'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  server.stderr.on('data', (chunk) => (errors += chunk));
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const shown = new Map<string, readonly Diagnostic[]>();
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    shown.set(uri, diagnostics);
  });
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  const uriOf = (path: string): string => pathToFileURL(join(folder, path)).href;
  const texts = new Map<string, { readonly version: number; readonly text: string }>();
  const about = (path: string) => ({ textDocument: { uri: uriOf(path) } });
  return {
    connection,
    process: server,
    stderr: () => errors,
    async open(path, text = readFileSync(join(folder, path), 'utf8')) {
      texts.set(path, { version: 1, text });
      const textDocument = { uri: uriOf(path), languageId: 'cedar', version: 1, text };
      await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    },
    async change(path, text) {
      const version = (texts.get(path)?.version ?? 0) + 1;
      texts.set(path, { version, text });
      await connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri: uriOf(path), version },
        contentChanges: [{ text }],
      });
    },
    closeFile: (path) => connection.sendNotification(DidCloseTextDocumentNotification.type, about(path)),
    async diagnostics(path, wanted) {
      const current = (): readonly Diagnostic[] | undefined => shown.get(uriOf(path));
      await until(`diagnostics of ${path}`, () => {
        const now = current();
        return now !== undefined && wanted(now);
      });
      return current() ?? [];
    },
    async complete(path, position) {
      const found = await connection.sendRequest(CompletionRequest.type, { ...about(path), position });
      return Array.isArray(found) ? found : (found?.items ?? []);
    },
    async hover(path, position) {
      const found = await connection.sendRequest(HoverRequest.type, { ...about(path), position });
      return found === null ? '' : (found.contents as MarkupContent).value;
    },
    async lenses(path) {
      const found = await connection.sendRequest(CodeLensRequest.type, about(path));
      return (found ?? []).map(({ command, range }) => `${range.start.line + 1}: ${command?.title}`);
    },
    async definition(path, position) {
      const found = await connection.sendRequest(DefinitionRequest.type, { ...about(path), position });
      const places = (found ?? []) as readonly Location[];
      return places.map(({ uri, range: { start } }) => {
        return `${uri.slice(pathToFileURL(folder).href.length + 1)}:${start.line + 1}:${start.character + 1}`;
      });
    },
    async format(path) {
      const options = { tabSize: 2, insertSpaces: true };
      const edits = await connection.sendRequest(DocumentFormattingRequest.type, { ...about(path), options });
      const document = TextDocument.create(uriOf(path), 'cedar', 0, texts.get(path)?.text ?? '');
      return TextDocument.applyEdits(document, edits ?? []);
    },
    async close() {
      const exited = new Promise<number | null>((resolve) => server.once('exit', resolve));
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      const code = await exited;
      connection.dispose();
      return code;
    },
  };
}
