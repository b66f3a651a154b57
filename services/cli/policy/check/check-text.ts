import { counted } from '../../../shared/wire/counted.js';
import { readText } from '../../../shared/kernel/read-text.js';
import { type Finding, placeOf } from '../../../shared/workbench/check/finding.js';
import type { Output, Paint } from '../../terminal/output.js';

interface CheckTextParams {
  readonly folder: string;
  readonly output: Pick<Output, 'paint' | 'width'>;
}

/** Formats findings for a person, by file: the place, the message, and the source line with a caret under it. */
export function checkText(findings: readonly Finding[], { folder, output }: CheckTextParams): string {
  const { paint, width } = output;
  const files = [...new Set(findings.map(({ path }) => path))].map((path) => {
    const mine = findings.filter((finding) => finding.path === path);
    const source = linesOf(folder, mine);
    return mine.map((finding) => findingText(finding, { source, paint, width })).join('\n');
  });
  return [...files, summaryOf(findings, paint)].join('\n\n');
}

interface FindingTextParams {
  readonly source: readonly string[];
  readonly paint: Paint;
  readonly width: number;
}

function findingText(finding: Finding, { source, paint, width }: FindingTextParams): string {
  const { severity, lint, line, column, message } = finding;
  const colour = { error: paint.red, warning: paint.yellow, note: paint.dim }[severity];
  const head = `${paint.bold(placeOf(finding))}  ${colour(severity)}  ${message}  ${paint.dim(lint)}`;
  const text = source[line - 1] ?? '';
  // Shows no source line that is empty or wider than the terminal. A tab counts as one column and is shown as one blank.
  if (text.trim() === '' || text.length + 8 > width) return head;
  const number = String(line).padStart(6);
  const caret = `${' '.repeat(number.length)} │ ${' '.repeat(column - 1)}`;
  return `${head}\n${paint.dim(`${number} │`)} ${text.replaceAll('\t', ' ')}\n${paint.dim(caret)}${colour('^')}`;
}

function summaryOf(findings: readonly Finding[], { green, red, yellow }: Paint): string {
  const count = (which: Finding['severity']): number =>
    findings.filter(({ severity }) => severity === which).length;
  const [errors, notes] = [count('error'), count('note')];
  const more = notes === 0 ? '' : `, ${counted(notes, 'note')}`;
  const words = `${counted(errors, 'error')}, ${counted(count('warning'), 'warning')}${more}`;
  if (findings.length === 0) return green('nothing to fix');
  return errors > 0 ? red(words) : yellow(words);
}

/**
 * Returns the lines of a file. Returns none for a missing or unreadable file, which has its own finding, and none for a
 * stray file, which may hold secrets.
 */
function linesOf(folder: string, findings: readonly Finding[]): readonly string[] {
  const [{ path, lint } = { path: '', lint: 'stray' }] = findings;
  if (lint === 'stray') return [];
  const read = readText(folder, path);
  return read.type === 'text' ? read.text.split(/\r?\n/) : [];
}
