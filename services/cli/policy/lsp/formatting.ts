import type { TextEdit } from 'vscode-languageserver';
import { isCode } from '../../../shared/kernel/errors.js';
import type { OpenPolicyFile } from './folder-sessions.js';

/**
 * Returns the edit that gives a file of rules the form of `policy fmt`; none when it has that form already,
 * or does not parse, which its diagnostics report.
 */
export async function formattingEdits({
  document,
  path,
  session,
}: Omit<OpenPolicyFile, 'folder'>): Promise<readonly TextEdit[]> {
  const text = document.getText();
  try {
    const newText = await session.format({ path, text });
    const end = document.positionAt(text.length);
    return newText === text ? [] : [{ range: { start: { line: 0, character: 0 }, end }, newText }];
  } catch (thrown) {
    if (!isCode(thrown, 'policy-invalid')) throw thrown;
    return [];
  }
}
