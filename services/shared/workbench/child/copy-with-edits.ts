import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** An edited file, with its text in the editor. */
export interface Edit {
  /** Relative to the folder of policies: `europol/export.cedar`. */
  readonly path: string;
  readonly text: string;
}

/**
 * Calls `work` with a copy of a folder of policies in which the edited files have their edited texts, and removes the copy
 * afterwards. The folder itself is never written; its hidden files are left out.
 */
export async function withEdits<T>(
  { folder, scratch }: { readonly folder: string; readonly scratch: string },
  edits: readonly Edit[],
  work: (copy: string) => T | Promise<T>,
): Promise<T> {
  const copy = mkdtempSync(join(scratch, 'edited-'));
  try {
    cpSync(folder, copy, {
      recursive: true,
      dereference: true,
      filter: (path) => path === folder || !basename(path).startsWith('.'),
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
