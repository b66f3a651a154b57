import { type Output, table } from '../../services/cli/terminal/output.js';
import { machineText } from './figures.js';
import type { BenchLine } from './measurement.js';
import { short } from './numbers.js';

/** A figure beside its value in the baseline. */
export interface Change {
  readonly name: string;
  readonly unit: string;
  readonly before: number;
  readonly now: number;
  /** `now` divided by `before`. */
  readonly ratio: number;
}

/** Compares the medians of the figures that both lines have. */
export function changesOf(line: BenchLine, baseline: BenchLine): readonly Change[] {
  const before = new Map(baseline.figures.map(({ name, value }) => [name, value.median]));
  return line.figures.flatMap(({ name, unit, value }) => {
    const was = before.get(name);
    if (was === undefined) return [];
    return [{ name, unit, before: was, now: value.median, ratio: value.median / was }];
  });
}

/** Formats the changes as text. */
export function showChanges(
  changes: readonly Change[],
  baseline: BenchLine,
  { paint, width }: Output,
): string {
  const { bold, dim } = paint;
  const rows = changes.map(({ name, unit, before, now, ratio }) => [
    name,
    `${short(before)} → ${short(now)} ${unit}`,
    `${bold(ratio.toFixed(2))} ×`,
  ]);
  return [
    table(['since the baseline', '', 'now is'], rows, { paint, width }),
    dim(`baseline of ${baseline.at.slice(0, 16)}: ${machineText(baseline.machine)}`),
  ].join('\n\n');
}
