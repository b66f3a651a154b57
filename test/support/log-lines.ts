import { readFileSync } from 'node:fs';
import type { Json } from './federation.js';

/** Reads the lines of a log that are JSON, oldest first; leaves out the line that its process is writing. */
export function logLines(path: string): readonly Json[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Json] : []));
}
