import { readFileSync } from 'node:fs';
import { fail } from '../../../services/shared/kernel/errors.js';
import { EXIT, type ExitCode } from '../../../services/cli/terminal/exit-codes.js';
import { writeReport } from '../../../services/cli/home/write-file.js';
import type { Call } from '../../../services/cli/verb.js';
import { readNewest } from '../read-lines.js';
import { withTable } from './readme-table.js';
import { reportPage } from './report-page.js';

export interface ReportOptions {
  readonly out?: string;
  readonly readme?: string;
}

/**
 * Writes the page, the table, or both. Throws `usage` for neither, and for a file that cannot be read or
 * written.
 */
export function runBenchReport({ args, options, output }: Call<ReportOptions>): Promise<ExitCode> {
  const { out, readme } = options;
  if (out === undefined && readme === undefined)
    throw fail('usage', 'nothing to write: `--out <file>`, `--readme <file>` or both');
  const lines = readNewest(args[0] ?? '');
  const files = [
    ...(out === undefined ? [] : [{ file: out, text: reportPage(lines) }]),
    ...(readme === undefined ? [] : [{ file: readme, text: withTable(readPage(readme), lines) }]),
  ];
  for (const { file, text } of files) writeReport(file, text);
  if (output.json) output.record({ written: files.map(({ file }) => file) });
  else for (const { file } of files) output.note(`written to ${file}`);
  return Promise.resolve(EXIT.yes);
}

function readPage(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw fail('usage', `\`${path}\` cannot be read`);
  }
}
