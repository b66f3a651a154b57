import { type Figures, once } from '../figures.js';
import type { Measurement } from '../measurement.js';
import type { Soak } from './console-soak.js';

/** The measurements of `bench console`. */
export interface ConsoleResult {
  readonly browser: string;
  readonly load: {
    readonly rounds: number;
    readonly requests: number;
    readonly bytes: Figures;
    readonly interactiveMs: Figures;
  };
  readonly burst: Burst;
  readonly soak: Soak;
}

/** `bench console --json`. */
export type BenchConsoleResult = ConsoleResult & Measurement;

/** A burst of events: how long the page's main thread was blocked, by tasks of 50 ms or longer. */
export interface Burst {
  readonly rate: number;
  readonly seconds: number;
  readonly published: number;
  readonly blocks: number;
  readonly longestBlockMs: number;
  /** From the publication of the last event until the page showed it, in milliseconds. */
  readonly lagMs: number;
}

/** Converts the measurements to figures, and memory over time to a series. */
export function consoleFigures({
  load,
  burst,
  soak,
}: ConsoleResult): Pick<Measurement, 'figures' | 'series'> {
  const longest = (rate: number): string => `longest block at ${rate} events/s`;
  const lineOf = (what: 'page' | 'console') => {
    return { name: what, points: soak.samples.map((sample) => ({ x: sample.minute, y: sample[what] })) };
  };
  return {
    figures: [
      { name: 'first load, compressed', unit: 'bytes', value: load.bytes },
      { name: 'the page answers a filter', unit: 'ms', value: load.interactiveMs, headline: true },
      { name: longest(burst.rate), unit: 'ms', value: once(burst.longestBlockMs), headline: true },
      ...(soak.rate === burst.rate
        ? []
        : [{ name: longest(soak.rate), unit: 'ms', value: once(soak.longestBlockMs) }]),
      { name: 'growth of the page', unit: 'MiB a minute', value: once(soak.growth.page.late) },
      { name: 'growth of the console', unit: 'MiB a minute', value: once(soak.growth.console.late) },
    ],
    series: [
      {
        name: 'Memory under a steady load',
        x: { name: 'time', unit: 'minutes' },
        y: { name: 'memory', unit: 'MiB' },
        lines: [lineOf('page'), lineOf('console')],
      },
    ],
  };
}
