import { chmodSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Puts a file in place whole or not at all, on the disk and for its owner alone: killed at any moment, it leaves the one before.
 * Throws what the system says.
 */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  writeFileSync(draft, `${text.trimEnd()}\n`, { mode: 0o600, flush: true });
  // A draft that was left behind keeps its mode.
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
