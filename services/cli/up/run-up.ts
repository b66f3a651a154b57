import { untilAborted } from '../../shared/kernel/pause.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { type Call, stopReason } from '../verb.js';
import { type Federation, startFederation } from './federation.js';
import { createScreen, type Screen } from './screen.js';
import {
  flagSettings,
  lawsHold,
  SETTLE_MS,
  startTraffic,
  type TrafficEnd,
  type TrafficOptions,
} from './traffic.js';

export interface UpOptions extends TrafficOptions {
  readonly fresh?: boolean;
  readonly traffic?: boolean;
  readonly afterLoss?: boolean;
  readonly routers?: number;
}

/** Start, show, exchange, stop: whatever happens between, nothing is left running. */
export async function runUp(call: Call<UpOptions>): Promise<ExitCode> {
  const { options, home, env, output, stopping } = call;
  const screen = createScreen(output);
  const federation = await startFederation(home, {
    env,
    fresh: options.fresh === true,
    afterLoss: options.afterLoss === true,
    routers: options.routers,
    flags: flagSettings(options),
    say: screen.say,
    onEvent: screen.processEvent,
    stopping,
  });
  let end: Exchanged = NOTHING;
  try {
    await screen.follow(federation);
    end = await exchange(federation, { options, screen, stopping });
  } finally {
    await screen.end();
    await federation.stop();
  }
  screen.conclude(end);
  return exitOf(call, end);
}

interface Exchanged extends TrafficEnd {
  /** The simulator ended before anybody wanted it to. */
  readonly died?: boolean;
}

const NOTHING: Exchanged = { lawfulRefused: 0 };

interface Exchange {
  readonly options: UpOptions;
  readonly screen: Screen;
  readonly stopping: AbortSignal;
}

async function exchange(
  { home, run, adopt }: Federation,
  { options, screen, stopping }: Exchange,
): Promise<Exchanged> {
  if (options.traffic === false) {
    await untilAborted(stopping);
    return NOTHING;
  }
  void untilAborted(stopping).then(() =>
    screen.say('settling what is under way; Ctrl-C again ends it at once'),
  );
  const end = await superviseTraffic(
    {
      ...options,
      home,
      run,
      onEvent: screen.trafficEvent,
      adopt: (launched) => adopt('simulator', launched),
    },
    stopping,
  );
  const endless = options.for === undefined && options.count === undefined;
  if (end.summary !== undefined || !endless || stopping.aborted) return end;
  screen.say('the simulator ended: no more notices are invented');
  await untilAborted(stopping);
  return { ...end, died: true };
}

/** Who ends it by a signal waits for the summary, but not long. */
const HURRIED_MS = 8_000;

/** Until the simulator has finished, or somebody wants it to: then it settles what is under way, in its time. */
export async function superviseTraffic(
  simulating: Parameters<typeof startTraffic>[0],
  stopping: AbortSignal,
): Promise<TrafficEnd> {
  const traffic = startTraffic(simulating);
  await Promise.race([untilAborted(stopping), traffic.finished]);
  traffic.stop();
  const late = setTimeout(traffic.kill, stopping.aborted ? HURRIED_MS : SETTLE_MS);
  const end = await traffic.finished;
  clearTimeout(late);
  return end;
}

/** An `up` without `--for` can only be ended by a signal: that is no interruption. */
export function exitOf(
  { options, stopping }: Pick<Call<UpOptions>, 'options' | 'stopping'>,
  { summary, lawfulRefused, died = false }: Exchanged,
): ExitCode {
  const signal = stopReason(stopping);
  if (signal === 'SIGINT' && (options.for ?? options.count) !== undefined) return EXIT.interrupted;
  if (summary !== undefined) return lawsHold(summary) && lawfulRefused === 0 ? EXIT.yes : EXIT.no;
  // A simulator that ended without a summary did not do what was asked.
  return options.traffic === false || (signal !== undefined && !died) ? EXIT.yes : EXIT.unreachable;
}
