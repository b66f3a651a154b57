import { exitOf, superviseTraffic, runUp } from './up.js';
import { findRunning } from '../home/run-file.js';
import type { ExitCode } from '../terminal/exit-codes.js';
import { parseDuration, parseNumber } from '../terminal/parse-options.js';
import type { Verb, Call } from '../verb.js';
import { temporaryHome } from './prepare-home.js';
import { createScreen } from './screen.js';
import type { TrafficOptions } from './traffic.js';

interface SimulateOptions extends TrafficOptions {
  readonly count?: number;
}

export const verb: Verb<SimulateOptions> = {
  configure: (command) =>
    command
      .option(
        '--for <time>',
        'how long to submit, before settling (default: 20s, unless --count is given)',
        parseDuration,
      )
      .option('--count <n>', 'how many notices to submit, before settling', parseNumber(1, 10_000_000))
      .option('--rate <n>', 'notices per second', parseNumber(0.01, 10_000, false))
      .option('--rogue <percent>', 'the share of submissions that break a rule', parseNumber(0, 100, false))
      .option('--seed <text>', 'generate the same notices as another run with this seed'),
  streams: true,
  starts: 'federation',
  anyHome: true,
  examples: [
    ['simulate --for 20s --rate 100', 'uses the running federation, else a temporary one'],
    ['simulate --count 200 --rogue 0 --json', 'two hundred lawful notices; the last line is the summary'],
  ],
  run: runSimulate,
};

const DEFAULT_DURATION_MS = 20_000;

/** Runs the simulator against the federation of this home, or against a temporary one if none runs. */
async function runSimulate(call: Call<SimulateOptions>): Promise<ExitCode> {
  const limited = call.options.for !== undefined || call.options.count !== undefined;
  const options = limited ? call.options : { ...call.options, for: DEFAULT_DURATION_MS };
  const run = findRunning(call.home);
  if (run === undefined) return runTemporaryFederation({ ...call, options });
  const screen = createScreen(call.output);
  const end = await superviseTraffic(
    { ...options, home: call.home, run, onEvent: screen.trafficEvent },
    call.stopping,
  );
  screen.conclude(end);
  return exitOf({ ...call, options }, end);
}

async function runTemporaryFederation(call: Call<SimulateOptions>): Promise<ExitCode> {
  const { home, remove } = temporaryHome();
  call.output.note(`no federation runs in ${call.home.root}: starting a temporary one`);
  try {
    return await runUp({ ...call, home });
  } finally {
    remove();
  }
}
