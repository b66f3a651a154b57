import { chmodSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Replaces a file atomically, flushed to disk and readable by its owner only: if the process is killed, the previous file is
 * left. A text ends with one line break; bytes are written as they are. Throws the system's error.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.new`;
  const bytes = typeof content === 'string' ? `${content.trimEnd()}\n` : content;
  writeFileSync(draft, bytes, { mode: 0o600, flush: true });
  // A draft left behind by a killed process keeps its own mode.
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
