import type { Call } from '../../../services/cli/verb.js';
import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import { thisMachine } from '../figures.js';
import type { Measurement } from '../measurement.js';
import { noticeParts } from './notice-parts.js';
import { figuresOfParts } from './parts-figures.js';
import { profiled } from '../profiled.js';
import { cpu, type Rounds } from '../rounds.js';
import { showFigures } from '../show-figures.js';
import { AT_ONCE, signatureParts } from './trust-parts.js';
import { makeTrustFixture } from './trust-fixture.js';

/** The options of `bench trust` and `bench wire`. */
export interface PartsOptions extends CommonOptions, Rounds {}

async function measure({ options }: Call<PartsOptions>, say: (words: string) => void): Promise<Measurement> {
  say(`signing ${AT_ONCE} notices beforehand`);
  const fixture = await makeTrustFixture(AT_ONCE);
  try {
    const parts = [...(await signatureParts()), ...(await noticeParts(fixture))];
    say(`${parts.length} parts, ${options.rounds} rounds`);
    const figures = await profiled(options.profile, () => figuresOfParts(parts, options, cpu));
    return { machine: thisMachine(), figures, series: [] };
  } finally {
    fixture.remove();
  }
}

const bench: Bench<PartsOptions, Measurement> = { name: 'trust', measure, show: showFigures };

export const runBenchTrust = runOf(bench);
