import { type Output, table } from '../../../../services/cli/terminal/output.js';
import { short } from '../../numbers.js';
import type { HistoryRow } from './history-part.js';

/** Formats the measurements of processes with a long history as a table. */
export function showHistory(
  rows: readonly HistoryRow[],
  { paint, width }: Pick<Output, 'paint' | 'width'>,
): string {
  const lines = rows.flatMap(({ part, history, figures }) =>
    figures.map(({ name, unit, value, goal }) => [
      part,
      history,
      name,
      `${paint.bold(short(value))} ${unit}`,
      goal === undefined ? '' : `${short(goal)} ${unit}`,
    ]),
  );
  return table(['process', 'history', 'figure', '', 'goal'], lines, { paint, width });
}
