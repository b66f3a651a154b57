import { fail } from '../../shared/kernel/errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Federation } from '../up/federation.js';
import { lawsHold, startTraffic, type Summary } from '../up/traffic.js';
import type { Call } from '../verb.js';
import { type Machine, thisMachine } from './figures.js';
import { inOwnFederation } from './own-federation.js';
import { type Grown, type MemorySample, sampleMemory } from './sample-memory.js';
import { showBenchSoak } from './show-bench-soak.js';

/** Times in milliseconds. */
export interface BenchSoakOptions {
  readonly rate: number;
  readonly for: number;
}

/** `bench soak --json`: with what the simulator counted. */
export interface BenchSoakResult extends Summary {
  readonly machine: Machine;
  readonly rate: number;
  readonly seconds: number;
  readonly byMinute: readonly MemorySample[];
  readonly byProcess: readonly Grown[];
}

/** Ends with `no` when something was lost, came twice, or could not be verified. */
export async function runBenchSoak(call: Call<BenchSoakOptions>): Promise<ExitCode> {
  const { options, output } = call;
  const say = (words: string): void => output.note(output.notePaint.dim(words));
  const result = await inOwnFederation(call, (federation) => measure(federation, options, say));
  if (output.json) output.record(result);
  else output.print(showBenchSoak(result, output));
  return lawsHold(result) ? EXIT.yes : EXIT.no;
}

async function measure(
  { home, run, adopt }: Federation,
  { rate, for: ms }: BenchSoakOptions,
  say: (words: string) => void,
): Promise<BenchSoakResult> {
  say(`${rate} notices/s for ${ms / 1000} s`);
  const traffic = startTraffic({
    home,
    run,
    rate,
    rogue: 0,
    seed: 'bench',
    for: ms,
    onEvent: () => {},
    adopt: (launched) => adopt('simulator', launched),
  });
  const { byMinute, byProcess } = await sampleMemory(home, { ms, say });
  say('until the simulator has checked everything');
  const { summary, why } = await traffic.finished;
  if (summary === undefined) throw fail('internal', `the simulator ended: ${why ?? 'nobody knows why'}`);
  return { machine: thisMachine(), rate, seconds: ms / 1000, ...summary, byMinute, byProcess };
}
