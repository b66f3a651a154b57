import { meantFile } from './check-stray.js';
import type { Finding } from './finding.js';

/** Sorts by file, then by place; first of all files without rules, and stray files whose names are near to those. */
export function orderFindings(findings: readonly Finding[]): readonly Finding[] {
  const empty = findings.filter(({ lint }) => lint === 'no-rules').map(({ path }) => path);
  const isFirst = ({ lint, path }: Finding): boolean =>
    lint === 'no-rules' || (lint === 'stray' && empty.includes(meantFile(path) ?? ''));
  return findings.toSorted(
    (a, b) =>
      Number(isFirst(b)) - Number(isFirst(a)) ||
      compare(a.path, b.path) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.message, b.message),
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
