import { existsSync, readdirSync } from 'node:fs';

/** Returns the highest number of a log's folder; 1 if there is none. */
export function newestLife(folder: string): number {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return Math.max(1, ...names.filter((name) => /^[1-9][0-9]{0,5}$/.test(name)).map(Number));
}
