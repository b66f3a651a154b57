import type { Call } from '../../../services/cli/verb.js';
import { type Bench, runOf } from '../bench-run.js';
import { thisMachine } from '../figures.js';
import type { Figure, Measurement, Series, SeriesLine } from '../measurement.js';
import { figuresOfParts, lineBySize } from './parts-figures.js';
import { profiled } from '../profiled.js';
import { cpu } from '../rounds.js';
import type { PartsOptions } from './run-bench-trust.js';
import { showFigures } from '../show-figures.js';
import { makeTrustFixture } from './trust-fixture.js';
import { FRAME_SIZES, frameParts, textParts } from './wire-parts.js';

async function measure({ options }: Call<PartsOptions>, say: (words: string) => void): Promise<Measurement> {
  const largest = Math.max(...FRAME_SIZES);
  say(`signing ${largest} notices beforehand`);
  const { prepared, remove } = await makeTrustFixture(largest);
  try {
    const parts = [...frameParts(prepared), ...textParts(prepared)];
    say(`${parts.length} parts, ${options.rounds} rounds`);
    const figures = await profiled(options.profile, () => figuresOfParts(parts, options, cpu));
    return { machine: thisMachine(), figures, series: [frameSeries(figures)] };
  } finally {
    remove();
  }
}

/** Returns the cost of each notice by the number of notices in a frame. */
function frameSeries(figures: readonly Figure[]): Series {
  const lineOf = (name: string, figureOf: (size: number) => string): SeriesLine =>
    lineBySize(figures, FRAME_SIZES, { name, figureOf, valueOf: ({ value }, size) => value.median / size });
  return {
    name: 'Codec by frame size',
    x: { name: 'notices in a frame', unit: '' },
    y: { name: 'a notice', unit: 'CPU µs' },
    lines: [
      lineOf('decode, strictly', (size) => `decode a frame of ${size}, strictly`),
      lineOf('decode, protobufjs alone', (size) => `decode a frame of ${size}, protobufjs alone`),
      lineOf('encode', (size) => `encode a frame of ${size}`),
    ],
  };
}

const bench: Bench<PartsOptions, Measurement> = { name: 'wire', measure, show: showFigures };

export const runBenchWire = runOf(bench);
