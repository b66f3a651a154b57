import { createRequire } from 'node:module';

/** Whether an npm package is there: those that only a bench needs are not, where `--omit=dev` installed. */
export function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
