import type { Detail } from '../../kernel/errors.js';
import type { ReadText } from '../../policy/read-text.js';
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

/** None of a file that can be read, or is not there. */
export function unreadable(read: ReadText): readonly Finding[] {
  return 'fault' in read ? [findingOf('unreadable', read.fault)] : [];
}

/** `europol/export.cedar:12:1`. */
export function placeOf({ path, line, column }: Finding): string {
  return `${path}:${line}:${column}`;
}

/** By file, then by place; before all a file without rules, and what may be that file under another name. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const bare = findings.filter(({ lint }) => lint === 'no-rules').map(({ path }) => path);
  const isFirst = ({ lint, path, message }: Finding): boolean =>
    lint === 'no-rules' || (lint === 'stray' && bare.some((file) => isMeant(file, { path, message })));
  return findings.toSorted(
    (a, b) =>
      Number(isFirst(b)) - Number(isFirst(a)) ||
      compare(a.path, b.path) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.message, b.message),
  );
}

function isMeant(file: string, { path, message }: Detail): boolean {
  const [name = ''] = file.split('/').slice(-1);
  return path.startsWith(file.slice(0, -name.length)) && message.endsWith(`did you mean \`${name}\``);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
