import { groupBy } from '../../../shared/kernel/group-by.js';
import type { Change } from '../../../shared/workbench/diff/changes.js';
import type { DiffResult } from '../../../shared/workbench/diff/diff-document.js';
import { type Output, table } from '../../terminal/output.js';
import { recheckLine } from '../recheck/recheck-text.js';
import { recipientsByOriginator, whatOf } from './diff-words.js';

const TYPES: readonly (readonly [type: Change['type'], word: string])[] = [
  ['loosened', 'loosened'],
  ['tightened', 'tightened'],
  ['errors', 'errors'],
  ['reason', 'reason only'],
];

/** Formats a diff in a few lines: the counts, then a row for each organisation whose rules change something. */
export function diffSummary({ changes, size, cut, recheck, approved }: DiffResult, output: Output): string {
  const { red, yellow } = output.paint;
  const byType = TYPES.map(([type, word]) => ({
    word,
    some: changes.filter((change) => change.type === type),
  }));
  const counts = byType.map(({ word, some }) => `${some.length} ${word}`);
  const loosenings = changes.filter(({ type }) => type === 'loosened');
  const open = loosenings.filter(({ id }) => !approved.has(id));
  const rows = byType.flatMap(({ word, some }) =>
    [...groupBy(some, ({ org }) => org)].map(([org, own]) => [org, word, ...cellsOf(own)]),
  );
  return [
    `${counts.join(', ')}; ${size.toLocaleString('en')} decisions compared, ${cut.length === 0 ? 'complete' : yellow('NOT complete')}`,
    ...(rows.length === 0 ? [] : [table(['whose rules', '', 'what', 'kinds', 'from → to'], rows, output)]),
    ...(open.length === 0 ? [] : [red(`${open.length} of ${loosenings.length} loosenings not approved`)]),
    ...(recheck === undefined ? [] : [recheckLine(recheck)]),
  ].join('\n');
}

/** Returns what the changes are about, their kinds, and their routes. */
function cellsOf(changes: readonly Change[]): readonly string[] {
  const whats = [...new Set(changes.map(whatOf))];
  const kinds = [...new Set(changes.flatMap((change) => change.kinds.map(({ kind }) => kind)))];
  const routes = groupBy(changes.flatMap(recipientsByOriginator), ([from]) => from);
  const ends = [...routes].map(
    ([from, all]) => `${from} → ${[...new Set(all.flatMap(([, to]) => to))].join(' ')}`,
  );
  return [whats.join(', '), kinds.join(' '), ends.join('; ')];
}
