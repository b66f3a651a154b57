import type { Output } from '../../../services/cli/terminal/output.js';
import type { BenchLine } from '../measurement.js';
import { showFigures } from '../show-figures.js';
import type { BenchAbsenceResult } from './absence-figures.js';

/** Formats the figures as text. */
export function showBenchAbsence(result: BenchLine<BenchAbsenceResult>, output: Output): string {
  const { paint } = output;
  const { submitted, delivered, missing, duplicates, accepted, counted, reports, receiptsAway } = result;
  return [
    showFigures(result, output),
    `${paint.dim('exchanged')}  ${submitted} submitted, ${delivered} delivered, ${missing} missing, ${duplicates} twice`,
    `${paint.dim('counted')}  ${counted} notices of ${accepted} accepted, ${reports} routing reports; ${receiptsAway} frames of receipts during the absence`,
  ].join('\n\n');
}
