import type { Detail } from '../../kernel/errors.js';
import { type Lint, LINTS, type Severity } from './lints.js';

/** Something to mend in a folder of policies. Lines and columns count from 1, columns in UTF-16 units. */
export interface Finding {
  readonly severity: Severity;
  readonly lint: Lint;
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A fault at `file:line:col`; one without a place is at the beginning of the file. */
export function findingOf(lint: Lint, { path: place, message }: Detail): Finding {
  const [, path = place, line = '1', column = '1'] = /^(.*?):(\d+):(\d+)$/.exec(place) ?? [];
  const { severity } = LINTS[lint];
  return { severity, lint, path, line: Number(line), column: Number(column), message };
}

/** `europol/export.cedar:12:1`. */
export function placeOf({ path, line, column }: Finding): string {
  return `${path}:${line}:${column}`;
}

/** By file, then by place; before all a file without rules, for what names its rules elsewhere is wrong only without them. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      Number(b.lint === 'no-rules') - Number(a.lint === 'no-rules') ||
      compare(a.path, b.path) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
