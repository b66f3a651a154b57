import { writeFileSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';

/** Writes a report that the user named; throws `usage` with the system's code when it cannot. */
export function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw fail('usage', `\`${path}\` cannot be written${code === undefined ? '' : `: ${code}`}`);
  }
}
