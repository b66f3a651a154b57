import { type Output, table } from '../../../services/cli/terminal/output.js';
import { machineText } from '../figures.js';
import { short, spread } from '../numbers.js';
import type { Compared } from './policy-rounds.js';
import type { ReloadMemory } from './reload-memory.js';
import type { BenchPolicyResult } from './policy-figures.js';

/** Formats the figures as text. They depend on the machine; the ratios less so. */
export function showBenchPolicy(result: BenchPolicyResult, output: Output): string {
  const { bold, dim } = output.paint;
  const { machine, rounds, decision, notices, plans, diff, memory } = result;
  return [
    table(
      ['CPU µs: median (least–most)', 'compiled', 'cedar-wasm', 'cedar is'],
      [
        comparedRow('one decision, with all reasons', decision, bold),
        ...notices.map(({ organisations, ...row }) =>
          comparedRow(`a notice, all recipients × sections, ${organisations} members`, row, bold),
        ),
      ],
      output,
    ),
    table(
      ['plans', 'CPU µs a notice'],
      [
        ['look-up', spread(plans.lookUp)],
        ['look-up and the decisions for all members', spread(plans.repeated)],
      ],
      output,
    ),
    table(
      ['memory', 'reloads', 'MiB', 'KiB a reload'],
      [
        memoryRow('every rule compiled', memory.compiled, bold),
        memoryRow('a rule left to Cedar', memory.interpreted, bold),
      ],
      output,
    ),
    `${dim('exhaustive diff')}  covers ${diff.decisions.toExponential(1)} decisions in ${spread(diff.seconds)} s, symbolically (ADR 0010): ${bold(diff.perSecond.median.toExponential(1))} a second`,
    dim(`${machineText(machine)}; ${rounds} rounds`),
  ].join('\n\n');
}

type Bold = (text: string) => string;

function comparedRow(what: string, { compiled, cedar, ratio }: Compared, bold: Bold): readonly string[] {
  const times = `${bold(short(ratio.median))} × (${short(ratio.least)}–${short(ratio.most)})`;
  return [what, spread(compiled), spread(cedar), times];
}

function memoryRow(
  what: string,
  { reloads, early, late, slope }: ReloadMemory,
  bold: Bold,
): readonly string[] {
  return [what, String(reloads), `${short(early)} → ${short(late)}`, bold(slope.toFixed(1))];
}
