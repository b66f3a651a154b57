import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';

/** Throws `usage` for a path in the home, also by way of a symbolic link. */
export function requireOutside(path: string, { root }: Home): void {
  // The path, the home, and the folders that lead to them may not be there yet.
  if (!`${realPath(path)}/`.startsWith(`${realPath(root)}/`)) return;
  throw fail('usage', `\`${path}\` is in the home: give a place elsewhere`);
}

function realPath(path: string): string {
  const missing: string[] = [];
  let there = resolve(path);
  for (; !existsSync(there); there = dirname(there)) missing.unshift(basename(there));
  return join(realpathSync(there), ...missing);
}
