import { writeWhole } from '../../shared/kernel/write-whole.js';
import { withWriteErrors } from '../home/file-errors.js';
import type { Output } from '../terminal/output.js';
import { suggestedCommand } from '../terminal/suggested-command.js';

/** Writes evidence to a file of mode 0600, or without one to stdout. Throws `usage` where it cannot. */
export function writeEvidence(evidence: unknown, out: string | undefined, output: Output): void {
  if (out === undefined) {
    output.print(JSON.stringify(evidence));
    return;
  }
  withWriteErrors(out, () => writeWhole(out, JSON.stringify(evidence)));
  output.note(`wrote \`${out}\`: verify it with ${suggestedCommand(`verify ${out}`)}`);
}
