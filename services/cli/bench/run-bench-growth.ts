import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Call } from '../verb.js';
import { type Machine, thisMachine } from './figures.js';
import { growHeld, type HeldRow } from './growth-held.js';
import { growOrganisations, type OrganisationsRow } from './growth-organisations.js';
import { growSizes, type SizeRow } from './growth-sizes.js';
import { showBenchGrowth } from './show-bench-growth.js';

/** What grows; with none given all three do. Numbers must rise. */
export interface BenchGrowthOptions {
  readonly organisations?: readonly number[];
  readonly held?: readonly number[];
  /** KiB. */
  readonly sizes?: readonly number[];
  /** Through the router at each step, those included that warm it up. */
  readonly notices: number;
  /** Notices a frame at most; absent: as many as a gateway would. */
  readonly frame?: number;
}

/** `bench growth --json`; what was not asked for is empty. */
export interface BenchGrowthResult {
  readonly machine: Machine;
  readonly byOrganisations: readonly OrganisationsRow[];
  readonly byHeld: readonly HeldRow[];
  readonly bySize: readonly SizeRow[];
}

const EVERYTHING = {
  organisations: [7, 50, 200],
  held: [10_000, 100_000, 1_000_000],
  sizes: [1, 2, 10, 100],
} as const;

export async function runBenchGrowth(call: Call<BenchGrowthOptions>): Promise<ExitCode> {
  const { options, output } = call;
  const say = (words: string): void => output.note(output.notePaint.dim(words));
  const { organisations, held, sizes, notices, frame } = options;
  const isAll = organisations === undefined && held === undefined && sizes === undefined;
  const asked = isAll ? EVERYTHING : { organisations: [], held: [], sizes: [], ...options };
  const growing = { call, notices, say };
  const result: BenchGrowthResult = {
    machine: thisMachine(),
    byOrganisations: await growOrganisations(growing, { counts: asked.organisations, frame }),
    bySize: await growSizes(growing, asked.sizes),
    byHeld: await growHeld(asked.held, say),
  };
  if (output.json) output.record(result);
  else output.print(showBenchGrowth(result, output));
  return EXIT.yes;
}
