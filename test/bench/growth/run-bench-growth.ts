import type { Call } from '../../../services/cli/verb.js';
import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import { type BenchGrowthResult, growthFigures } from './growth-figures.js';
import { thisMachine } from '../figures.js';
import { growHeld } from './growth-held.js';
import { growHosted } from './growth-hosted.js';
import { growRouted } from './growth-routed.js';
import { growSizes } from './growth-sizes.js';
import { growHistory, type HistoryPart } from './history/growth-history.js';
import { showBenchGrowth } from './show-bench-growth.js';

/** The quantities to vary, in ascending order; without any, the first four are varied. */
export interface BenchGrowthOptions extends CommonOptions {
  /** Members whose gateways run in one process. */
  readonly organisations?: readonly number[];
  /** Members whose frames this process sends through the router, without gateways. */
  readonly routed?: readonly number[];
  readonly held?: readonly number[];
  /** KiB. */
  readonly sizes?: readonly number[];
  /** The processes to measure with a long history. */
  readonly history?: readonly HistoryPart[];
  /** The share of the whole history, from 0 to 1. */
  readonly share: number;
  /** Records without parts that come before those of the auditor. */
  readonly entries: number;
  /** The number of notices sent through the router at each step, including the warm-up. */
  readonly notices: number;
  /** Notices a second through the gateways. */
  readonly rate: number;
  /** How long they are submitted, in milliseconds. */
  readonly for: number;
  /** The maximum number of notices per frame; by default that of a gateway. */
  readonly frame?: number;
}

const EVERYTHING = {
  organisations: [7, 50, 200],
  routed: [7, 50, 200],
  held: [10_000, 100_000, 1_000_000],
  sizes: [1, 2, 10, 100],
} as const;

async function measureGrowth(
  call: Call<BenchGrowthOptions>,
  say: (words: string) => void,
): Promise<BenchGrowthResult> {
  const { organisations, routed, held, sizes, history, share, entries, notices } = call.options;
  const { frame, rate, for: ms } = call.options;
  const isAll = [organisations, routed, held, sizes, history].every((one) => one === undefined);
  const asked = isAll ? EVERYTHING : { organisations: [], routed: [], held: [], sizes: [], ...call.options };
  const growing = { call, notices, say };
  const result = {
    byOrganisations: await growHosted(growing, { counts: asked.organisations, rate, ms }),
    byRouted: await growRouted(growing, { counts: asked.routed, frame }),
    bySize: await growSizes(growing, asked.sizes),
    byHeld: await growHeld(asked.held, say),
    byHistory: await growHistory(history ?? [], { call, share, entries, say }),
  };
  return { machine: thisMachine(), ...result, ...growthFigures(result) };
}

const bench: Bench<BenchGrowthOptions, BenchGrowthResult> = {
  name: 'growth',
  measure: measureGrowth,
  show: showBenchGrowth,
};

export const runBenchGrowth = runOf(bench);
