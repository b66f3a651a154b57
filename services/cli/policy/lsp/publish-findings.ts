import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../../../shared/workbench/check/finding.js';
import { diagnosticOf } from './diagnostics.js';
import { policyFileOf, uriOf } from './policy-files.js';

/** The most findings shown at one file: each reads the text up to its line. */
const MAX_SHOWN = 500;

interface PublishDeps {
  readonly connection: Pick<Connection, 'sendDiagnostics'>;
  readonly documents: Pick<TextDocuments<TextDocument>, 'all'>;
  readonly pinned: string | undefined;
}

/** Returns a function that shows the findings of a folder at their files, and clears the files that have none any more. */
export function createPublishFindings(
  folder: string,
  { connection, documents, pinned }: PublishDeps,
): (findings: readonly Finding[]) => void {
  let shown: readonly string[] = [];
  const openAt = (path: string): TextDocument | undefined =>
    documents.all().find(({ uri }) => {
      const file = policyFileOf(uri, pinned);
      return file?.folder === folder && file.path === path;
    });
  return (findings) => {
    const paths = [...new Set(findings.map(({ path }) => path))];
    const published = paths.map((path) => {
      const own = findings.filter((finding) => finding.path === path).slice(0, MAX_SHOWN);
      const document = openAt(path);
      // The editor's own URI may encode characters that `uriOf` does not.
      const uri = document?.uri ?? uriOf({ folder, path });
      const text = document?.getText() ?? '';
      void connection.sendDiagnostics({ uri, diagnostics: own.map((each) => diagnosticOf(each, text)) });
      return uri;
    });
    for (const uri of shown.filter((each) => !published.includes(each)))
      void connection.sendDiagnostics({ uri, diagnostics: [] });
    shown = published;
  };
}
