import type { Figures, Machine } from './figures.js';

/** One figure of a bench. */
export interface Figure {
  /** Unique within its bench; a baseline is compared by it. */
  readonly name: string;
  /** The unit, such as `CPU µs` or `notices/s`. */
  readonly unit: string;
  readonly value: Figures;
  /** The rate of a duration, if it says more. */
  readonly perSecond?: Figures;
  /** The ratio to the figure `to` of the same rounds. */
  readonly ratio?: Figures & { readonly to: string };
  /** One of the headline figures of docs/benchmarks.md. */
  readonly headline?: true;
}

/** Values over one varied size, to plot. */
export interface Series {
  readonly name: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly SeriesLine[];
}

export interface Axis {
  readonly name: string;
  readonly unit: string;
}

export interface SeriesLine {
  readonly name: string;
  /** In the order of `x`; `y` is a median. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What every bench returns, besides its own measurements. */
export interface Measurement {
  readonly machine: Machine;
  readonly figures: readonly Figure[];
  readonly series: readonly Series[];
}

/** The last line of `--json`. */
export type BenchLine<M extends Measurement = Measurement> = M & {
  /** `route`, `policy`, … */
  readonly bench: string;
  /** When it ended, as `2026-11-25T10:00:00.000Z`. */
  readonly at: string;
};
