import type { ExitCode } from '../terminal/exit-codes.js';
import { findRunning } from '../home/run-file.js';
import type { Call } from '../verb.js';
import { temporaryHome } from './prepare-home.js';
import { exitOf, superviseTraffic, runUp } from './run-up.js';
import { createScreen } from './screen.js';
import type { TrafficOptions } from './traffic.js';

export interface SimulateOptions extends TrafficOptions {
  readonly count?: number;
}

const DEFAULT_MS = 20_000;

/** Through the federation that runs in this home; where none does, through a temporary one that is removed after. */
export async function runSimulate(call: Call<SimulateOptions>): Promise<ExitCode> {
  const limited = call.options.for !== undefined || call.options.count !== undefined;
  const options = limited ? call.options : { ...call.options, for: DEFAULT_MS };
  const run = findRunning(call.home);
  if (run === undefined) return inFederationOfItsOwn({ ...call, options });
  const screen = createScreen(call.output);
  const end = await superviseTraffic(
    { ...options, home: call.home, run, onEvent: screen.trafficEvent },
    call.stopping,
  );
  screen.conclude(end);
  return exitOf({ ...call, options }, end);
}

async function inFederationOfItsOwn(call: Call<SimulateOptions>): Promise<ExitCode> {
  const { home, remove } = temporaryHome();
  call.output.note(`no federation runs in ${call.home.root}: starting one for this run`);
  try {
    return await runUp({ ...call, home });
  } finally {
    remove();
  }
}
