import { type Output, table } from '../../services/cli/terminal/output.js';
import { machineText } from './figures.js';
import type { BenchLine, Figure } from './measurement.js';
import { short, spread } from './numbers.js';

/** Formats the figures as text. They depend on the machine; the ratios less so. */
export function showFigures({ figures, machine }: BenchLine, { paint, width }: Output): string {
  const { bold, dim } = paint;
  const hasRate = figures.some(({ perSecond }) => perSecond !== undefined);
  const head = ['median (least–most)', '', ...(hasRate ? ['a second'] : []), 'ratio', 'to'];
  const rowOf = ({ name, unit, value, perSecond, ratio }: Figure): readonly string[] => [
    name,
    `${bold(spread(value))} ${unit}`,
    ...(hasRate ? [perSecond === undefined ? '' : short(perSecond.median)] : []),
    ratio === undefined ? '' : `${spread(ratio)} ×`,
    ratio?.to ?? '',
  ];
  return [table(head, figures.map(rowOf), { paint, width }), dim(machineText(machine))].join('\n\n');
}
