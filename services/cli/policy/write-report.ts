import { writeFileSync } from 'node:fs';
import { writing } from '../home/unwritable.js';

/** Writes a report that the user named; throws `usage` with the system's words when it cannot. */
export function writeReport(path: string, text: string): void {
  writing(path, () => writeFileSync(path, text));
}
