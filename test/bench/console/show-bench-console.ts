import { type Output, type Paint, table } from '../../../services/cli/terminal/output.js';
import type { Soak } from './console-soak.js';
import { machineText } from '../figures.js';
import type { BenchConsoleResult } from './console-figures.js';

const whole = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });
const fine = (value: number): string => value.toFixed(1);

/** Formats the figures, which depend on the machine, as text. */
export function showBenchConsole(result: BenchConsoleResult, output: Output): string {
  const { paint } = output;
  const { machine, browser, soak } = result;
  return [
    table(['console', '', ''], speedRows(result, paint), output),
    table(['minute', 'page MiB', 'console MiB'], memoryRows(soak, paint), output),
    paint.dim(`${machineText(machine)}, Chromium ${browser}`),
  ].join('\n\n');
}

function speedRows(
  { load, burst, soak }: BenchConsoleResult,
  { bold }: Paint,
): readonly (readonly string[])[] {
  const { median, least, most } = load.interactiveMs;
  const seconds = `${burst.blocks} of 50 ms or longer in ${fine(burst.seconds)} s`;
  return [
    ['first load, compressed', bold(`${fine(load.bytes.median / 1000)} kB`), `${load.requests} requests`],
    [
      'the page answers a filter',
      bold(`${whole(median)} ms`),
      `${whole(least)}–${whole(most)}, ${load.rounds} loads`,
    ],
    [
      `longest block at ${whole(burst.rate)} events/s`,
      bold(`${whole(burst.longestBlockMs)} ms`),
      `${seconds}; the last event shown after ${whole(burst.lagMs)} ms`,
    ],
    [
      `longest block at ${whole(soak.rate)} events/s`,
      bold(`${whole(soak.longestBlockMs)} ms`),
      `${whole(soak.published)} events in ${whole(soak.seconds)} s`,
    ],
  ];
}

function memoryRows({ samples, growth }: Soak, { dim }: Paint): readonly (readonly string[])[] {
  const grown = (what: keyof Soak['growth']): string =>
    `${growth[what].whole.toFixed(2)} (second half ${growth[what].late.toFixed(2)})`;
  return [
    ...samples.map(({ minute, page, console }) => [minute.toFixed(2), fine(page), fine(console)]),
    [dim('MiB a minute'), grown('page'), grown('console')],
  ];
}
