import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Call, stopReason } from '../verb.js';
import { type Federation, startFederation } from './federation.js';
import { createScreen, type Screen } from './screen.js';
import { lawsHold, startTraffic, type Summary, type TrafficOptions } from './traffic.js';

export interface UpOptions extends TrafficOptions {
  readonly fresh?: boolean;
  readonly traffic?: boolean;
  readonly afterLoss?: boolean;
}

/** Start, show, exchange, stop: whatever happens between, nothing is left running. */
export async function runUp(call: Call<UpOptions>): Promise<ExitCode> {
  const { options, home, env, output, stopping } = call;
  const screen = createScreen(output);
  const federation = await startFederation(home, {
    env,
    fresh: options.fresh === true,
    afterLoss: options.afterLoss === true,
    say: screen.say,
    onEvent: screen.processEvent,
    stopping,
  });
  let summary: Summary | undefined;
  try {
    await screen.follow(federation);
    summary = await exchange(federation, { options, screen, stopping });
  } finally {
    await screen.end();
    await federation.stop();
  }
  screen.conclude(summary);
  return exitOf(call, summary);
}

interface Exchange {
  readonly options: UpOptions;
  readonly screen: Screen;
  readonly stopping: AbortSignal;
}

async function exchange(
  { home, run, adopt }: Federation,
  { options, screen, stopping }: Exchange,
): Promise<Summary | undefined> {
  if (options.traffic === false) {
    await stopped(stopping);
    return undefined;
  }
  const summary = await runTraffic(
    {
      ...options,
      home,
      nats: run.nats,
      onEvent: screen.trafficEvent,
      adopt: (launched) => adopt('simulator', launched),
    },
    stopping,
  );
  const endless = options.for === undefined && options.count === undefined;
  if (summary === undefined && endless && !stopping.aborted) {
    screen.say('the simulator ended: no more notices are invented');
    await stopped(stopping);
  }
  return summary;
}

/** Until the simulator has finished, or somebody wants it to: then it settles what is under way. */
export async function runTraffic(
  simulating: Parameters<typeof startTraffic>[0],
  stopping: AbortSignal,
): Promise<Summary | undefined> {
  const traffic = startTraffic(simulating);
  await Promise.race([stopped(stopping), traffic.finished]);
  traffic.stop();
  return traffic.finished;
}

function stopped(stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted) resolve();
    stopping.addEventListener('abort', () => resolve());
  });
}

/** An `up` without `--for` can only be ended by a signal: that is no interruption. */
export function exitOf({ options, stopping }: Call<UpOptions>, summary: Summary | undefined): ExitCode {
  const signal = stopReason(stopping);
  if (signal === 'SIGINT' && (options.for ?? options.count) !== undefined) return EXIT.interrupted;
  if (summary !== undefined) return lawsHold(summary) ? EXIT.yes : EXIT.no;
  // A simulator that ended without a summary did not do what was asked.
  return options.traffic === false || signal !== undefined ? EXIT.yes : EXIT.unreachable;
}
