import { readText } from '../../../shared/policy/read-text.js';
import { type Finding, placeOf } from '../../../shared/workbench/check/finding.js';
import type { Output, Paint } from '../../terminal/output.js';

interface Shown {
  readonly folder: string;
  readonly output: Pick<Output, 'paint' | 'width'>;
}

/** Findings for a person, file by file: the place, what is wrong, and the line with a caret under it. */
export function checkText(findings: readonly Finding[], { folder, output }: Shown): string {
  const { paint, width } = output;
  const files = [...new Set(findings.map(({ path }) => path))].map((path) => {
    const source = linesOf(folder, path);
    const mine = findings.filter((finding) => finding.path === path);
    return mine.map((finding) => findingText(finding, { source, paint, width })).join('\n');
  });
  return [...files, summaryOf(findings, paint)].join('\n\n');
}

interface Context {
  readonly source: readonly string[];
  readonly paint: Paint;
  readonly width: number;
}

function findingText(finding: Finding, { source, paint, width }: Context): string {
  const { severity, lint, line, column, message } = finding;
  const colour = { error: paint.red, warning: paint.yellow, note: paint.dim }[severity];
  const head = `${paint.bold(placeOf(finding))}  ${colour(severity)}  ${message}  ${paint.dim(lint)}`;
  const text = source[line - 1] ?? '';
  // A tab is one column as every other character: it is shown as one blank. Of a line that does not fit, or of none, there is no picture.
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
  if (findings.length === 0) return green('nothing to mend');
  return errors > 0 ? red(words) : yellow(words);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** None of a file that is not there, or cannot be read: that is then what is to be mended. */
function linesOf(folder: string, path: string): readonly string[] {
  const read = readText(folder, path);
  return read.type === 'text' ? read.text.split(/\r?\n/) : [];
}
