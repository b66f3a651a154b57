import { monitoringAt } from '../../../services/shared/bus/monitoring.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { EXIT, type ExitCode } from '../../../services/cli/terminal/exit-codes.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { lawsHold, startTraffic } from '../../../services/cli/up/traffic.js';
import type { Call } from '../../../services/cli/verb.js';
import type { CommonOptions } from '../bench-options.js';
import { type Bench, runOf } from '../bench-run.js';
import { type BenchSoakResult, soakFigures, type SoakResult } from './federation-figures.js';
import { thisMachine } from '../figures.js';
import { inOwnFederation } from '../own-federation.js';
import { sampleMemory } from './sample-memory.js';
import { showBenchSoak } from './show-bench-soak.js';

/** Options of `bench soak`; times in milliseconds. */
export interface BenchSoakOptions extends CommonOptions {
  readonly rate: number;
  readonly for: number;
}

async function measureFederation(
  call: Call<BenchSoakOptions>,
  say: (words: string) => void,
): Promise<BenchSoakResult> {
  return inOwnFederation(call, async (federation) => {
    const machine = thisMachine(await monitoringAt(federation.run.monitor).version());
    const result = await measure(federation, call.options, say);
    return { machine, ...result, ...soakFigures(result) };
  });
}

/** Runs the bench. Returns exit code `no` if a notice was lost, repeated, or could not be verified. */
export async function runBenchSoak(call: Call<BenchSoakOptions>): Promise<ExitCode> {
  let holds = false;
  const bench: Bench<BenchSoakOptions, BenchSoakResult> = {
    name: 'soak',
    measure: async (...measuring) => {
      const result = await measureFederation(...measuring);
      holds = lawsHold(result);
      return result;
    },
    show: showBenchSoak,
  };
  const code = await runOf(bench)(call);
  return holds ? code : EXIT.no;
}

async function measure(
  { home, run, adopt }: Federation,
  { rate, for: ms }: BenchSoakOptions,
  say: (words: string) => void,
): Promise<SoakResult> {
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
  say('waiting until the simulator has checked everything');
  const { summary, why } = await traffic.finished;
  if (summary === undefined) throw fail('internal', `the simulator ended: ${why ?? 'for an unknown reason'}`);
  return { rate, seconds: ms / 1000, ...summary, byMinute, byProcess };
}
