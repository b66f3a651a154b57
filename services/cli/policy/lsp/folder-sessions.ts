import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type Finding, findingOf } from '../../../shared/workbench/check/finding.js';
import type { Edit } from '../../../shared/workbench/child/copy-with-edits.js';
import { type FolderSession, openFolderSession } from './folder-session.js';
import { type PolicyFile, policyFileOf } from './policy-files.js';
import { createPublishFindings } from './publish-findings.js';

/** An open document with the session of its folder. */
export interface OpenPolicyFile extends PolicyFile {
  readonly document: TextDocument;
  readonly session: FolderSession;
}

/** The sessions of the folders that have open files. */
export interface FolderSessions {
  /** Returns an open document; undefined when it is not a file of policies or is too large. */
  find(uri: string): OpenPolicyFile | undefined;
  /** Analyses the folder of a document again. */
  changed(uri: string): void;
  /** Ends the session of the folder of a document when no other document of it is open. */
  closed(uri: string): void;
  close(): Promise<void>;
}

interface FolderSessionsDeps {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  /** The only folder to serve; undefined to serve the folder of each document. */
  readonly pinned: string | undefined;
  readonly onEffects: () => void;
}

interface OpenFolder {
  readonly session: FolderSession;
  readonly publish: (findings: readonly Finding[]) => void;
}

/** Larger texts are not analysed while they are edited; rule files of members have some kilobytes. */
const MAX_LENGTH = 256 * 1024;
const TOO_LARGE = `larger than ${MAX_LENGTH / 1024} Ki characters: not checked while it is open in an editor`;

/** Creates the sessions, which publish the findings of all files of their folders. */
export function createFolderSessions(deps: FolderSessionsDeps): FolderSessions {
  const { documents, pinned } = deps;
  const folders = new Map<string, OpenFolder>();
  const openOnce = (folder: string): OpenFolder => {
    const opened = folders.get(folder) ?? openFolder(folder, deps);
    folders.set(folder, opened);
    return opened;
  };
  return {
    find(uri) {
      const [document, file] = [documents.get(uri), policyFileOf(uri, pinned)];
      if (document === undefined || file === undefined) return undefined;
      if (document.getText().length > MAX_LENGTH) return undefined;
      return { ...file, document, session: openOnce(file.folder).session };
    },
    changed(uri) {
      const folder = policyFileOf(uri, pinned)?.folder;
      if (folder === undefined) return;
      const known = folders.get(folder);
      // A new session begins with an analysis.
      if (known === undefined) openOnce(folder);
      else known.session.changed();
    },
    closed(uri) {
      const folder = policyFileOf(uri, pinned)?.folder;
      if (folder === undefined) return;
      const known = folders.get(folder);
      if (filesOf(folder, deps).length > 0) return known?.session.changed();
      folders.delete(folder);
      known?.publish([]);
      void known?.session.close();
    },
    close: async () => {
      await Promise.all([...folders.values()].map(({ session }) => session.close()));
    },
  };
}

function openFolder(folder: string, deps: FolderSessionsDeps): OpenFolder {
  const publish = createPublishFindings(folder, deps);
  const session = openFolderSession({
    folder,
    edits: () => filesOf(folder, deps).filter(({ text }) => text.length <= MAX_LENGTH),
    onFindings: (findings) => publish([...findings, ...oversizeFindings(filesOf(folder, deps))]),
    onEffects: deps.onEffects,
  });
  return { session, publish };
}

/** Returns the open files of a folder. */
function filesOf(folder: string, { documents, pinned }: FolderSessionsDeps): readonly Edit[] {
  return documents.all().flatMap((document) => {
    const file = policyFileOf(document.uri, pinned);
    return file?.folder === folder ? [{ path: file.path, text: document.getText() }] : [];
  });
}

function oversizeFindings(files: readonly Edit[]): readonly Finding[] {
  const large = files.filter(({ text }) => text.length > MAX_LENGTH);
  return large.map(({ path }) => findingOf('unreadable', { path, message: TOO_LARGE }));
}
