import { chmodSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Replaces a file atomically, flushed to disk and readable by its owner only: if the process is killed, the previous file is
 * left. Throws the system's error.
 */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  writeFileSync(draft, `${text.trimEnd()}\n`, { mode: 0o600, flush: true });
  // A draft left behind by a killed process keeps its own mode.
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
