import { type Output, table } from '../../../services/cli/terminal/output.js';
import type { BenchSoakResult } from './federation-figures.js';

const fine = (value: number): string => value.toFixed(1);

/** Formats the figures as text. */
export function showBenchSoak(result: BenchSoakResult, { paint, width }: Output): string {
  const { machine, byProcess, rate, seconds, submitted, delivered, missing, duplicates, unverified } = result;
  const head = ['process', 'MiB at first', 'at last', 'second half: MiB a minute', 'grown %'];
  return [
    table(
      head,
      byProcess.map((row) => [
        row.process,
        fine(row.firstMiB),
        fine(row.lastMiB),
        row.slopeMiBPerMinute.toFixed(2),
        paint.bold(fine(row.growthPercent)),
      ]),
      { paint, width },
    ),
    `${paint.dim('exchanged')}  ${submitted} submitted, ${delivered} delivered, ${missing} missing, ${duplicates} twice, ${unverified} unverified`,
    paint.dim(
      `${rate} notices/s for ${seconds} s; ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}`,
    ),
  ].join('\n\n');
}
