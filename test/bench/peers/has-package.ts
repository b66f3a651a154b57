import { createRequire } from 'node:module';

/**
 * Returns true if an npm package is installed; packages that only a bench needs are missing after
 * `--omit=dev`.
 */
export function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
