import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../services/shared/runtime/root.js';

const POLICIES = join(projectRoot, 'policies');

interface OnFolder {
  /** Written over a file in a copy of the shipped policies, whose path replaces the word `FOLDER`. */
  readonly edit: { readonly path: string; readonly text: string };
  /** Written into a file whose path replaces the word `DRAFT`. */
  readonly draft?: object;
  readonly home?: string;
}

/**
 * Runs the command line on an edited folder; returns what it prints with `--json`, whatever its exit code. The process of the
 * test is not blocked meanwhile: its servers would close the connections that they keep open for clients.
 */
export async function commandLine(
  words: readonly string[],
  { edit, draft = {}, home }: OnFolder,
): Promise<Readonly<Record<string, unknown>>> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-edited-'));
  try {
    cpSync(POLICIES, folder, { recursive: true });
    writeFileSync(join(folder, edit.path), edit.text);
    const draftFile = join(folder, 'draft.json');
    writeFileSync(draftFile, JSON.stringify(draft));
    const places: Readonly<Record<string, string>> = { FOLDER: folder, DRAFT: draftFile };
    const args = [...words.map((word) => places[word] ?? word), '--json'];
    const env = { ...process.env, ...(home === undefined ? {} : { LIAISON_HOME: home }) };
    const stdout = await new Promise<string>((resolve) => {
      execFile(join(projectRoot, 'scripts/liaison'), args, { env }, (_, printed) => resolve(printed));
    });
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
