import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

/** An edited file, with its text in the editor. */
export interface Edit {
  /** Relative to the folder of policies: `europol/export.cedar`. */
  readonly path: string;
  readonly text: string;
}

/**
 * Calls `work` with a copy of a folder of policies in which the edited files have their edited texts, and removes the copy
 * afterwards. The folder itself is never written; its hidden files are left out, and links out of it, behind which no policies are read.
 */
export async function withEdits<T>(
  { folder, scratch }: { readonly folder: string; readonly scratch: string },
  edits: readonly Edit[],
  work: (copy: string) => T | Promise<T>,
): Promise<T> {
  const inside = realpathSync(folder) + sep;
  const isCopied = (path: string): boolean =>
    !basename(path).startsWith('.') && realpathSync(path).startsWith(inside);
  const copy = mkdtempSync(join(scratch, 'edited-'));
  try {
    cpSync(folder, copy, {
      recursive: true,
      dereference: true,
      filter: (path) => path === folder || isCopied(path),
    });
    for (const { path, text } of edits) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
