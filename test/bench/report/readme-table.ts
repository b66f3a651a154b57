import { machineText } from '../figures.js';
import type { BenchLine, Figure } from '../measurement.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { groupBy } from '../../../services/shared/kernel/group-by.js';
import { short, spread } from '../numbers.js';

const [BEGIN, END] = ['<!-- bench:begin -->', '<!-- bench:end -->'];

/**
 * Returns the page with the headline figures between its marks replaced. Throws `usage` for a page without
 * marks.
 */
export function withTable(page: string, lines: readonly BenchLine[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw fail('usage', `the page has no \`${BEGIN}\` followed by \`${END}\``);
  return `${page.slice(0, begin + BEGIN.length)}\n${tableOf(lines)}\n${page.slice(end)}`;
}

function tableOf(lines: readonly BenchLine[]): string {
  const rows = lines.flatMap(({ bench, figures }) =>
    figures.filter(({ headline }) => headline === true).map((figure) => rowOf(bench, figure)),
  );
  const runs = groupBy(lines, ({ at, machine }) => `${at.slice(0, 10)}, ${machineText(machine)}`);
  const words = [...runs].map(([run, some]) => `${run} (${some.map(({ bench }) => bench).join(', ')})`);
  return [
    '| `bench` | | median (least–most) | against |',
    '|---|---|---|---|',
    ...rows,
    '',
    `${words.join('; ')}.`,
  ].join('\n');
}

function rowOf(bench: string, { name, unit, value, perSecond, ratio }: Figure): string {
  const rate = perSecond === undefined ? '' : `, ${short(perSecond.median)}/s`;
  const against = ratio === undefined ? '' : `${short(ratio.median)} × ${ratio.to}`;
  return `| ${bench} | ${name} | ${spread(value)} ${unit}${rate} | ${against} |`;
}
