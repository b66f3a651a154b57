import { type Figures, figuresOf } from '../figures.js';
import type { Figure, SeriesLine } from '../measurement.js';
import { inRounds, type Meter, type Part, ratioOf, type Rounds } from '../rounds.js';

/** A part, and the part it is compared with. */
export interface ComparedPart extends Part {
  /** The name of the part whose cost in the same round counts as 1; absent for a reference part. */
  readonly to?: string;
  readonly headline?: true;
}

/** Measures the parts in the same rounds; returns a figure for each part, in order. */
export async function figuresOfParts(
  parts: readonly ComparedPart[],
  rounds: Rounds,
  meter: Meter,
): Promise<readonly Figure[]> {
  const spent = await inRounds(parts, rounds, meter);
  return parts.map(({ name, to, headline }) => {
    const values = spent.get(name) ?? [];
    const value = figuresOf(values);
    return {
      name,
      unit: meter.unit,
      value,
      ...(meter.waits ? { perSecond: rateOf(value) } : {}),
      ...(to === undefined ? {} : { ratio: { to, ...ratioOf(values, spent.get(to) ?? []) } }),
      ...(headline === undefined ? {} : { headline }),
    };
  });
}

function rateOf({ median, least, most }: Figures): Figures {
  return { median: 1e6 / median, least: 1e6 / most, most: 1e6 / least };
}

/** Returns one line of a plot: `valueOf` applied to the named figure of each size. */
export function lineBySize(
  figures: readonly Figure[],
  sizes: readonly number[],
  {
    name,
    figureOf,
    valueOf,
  }: {
    readonly name: string;
    readonly figureOf: (size: number) => string;
    readonly valueOf: (figure: Figure, size: number) => number | undefined;
  },
): SeriesLine {
  const points = sizes.flatMap((x) => {
    const figure = figures.find((each) => each.name === figureOf(x));
    const y = figure === undefined ? undefined : valueOf(figure, x);
    return y === undefined ? [] : [{ x, y }];
  });
  return { name, points };
}
