import { pause, untilAborted } from '../../shared/kernel/pause.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { formatBytes } from '../terminal/format-bytes.js';
import { parseDuration, parseNumber } from '../terminal/parse-options.js';
import { type Verb, type Call, stopReason } from '../verb.js';
import { defaultsFor } from './inherited-settings.js';
import { type Federation, startFederation } from './federation.js';
import { createScreen, type Screen } from './screen.js';
import {
  flagSettings,
  isEndless,
  lawsHold,
  SETTLE_TIMEOUT_MS,
  startTraffic,
  type TrafficEnd,
  type TrafficOptions,
} from './traffic.js';

/** The options of `up`. */
export interface UpOptions extends TrafficOptions {
  readonly fresh?: boolean;
  readonly traffic?: boolean;
  readonly afterLoss?: boolean;
  readonly routers?: number;
  readonly separate?: boolean;
  readonly members?: number;
}

export const verb: Verb<UpOptions> = {
  configure: (command) =>
    command
      .option(
        '--fresh',
        'create a new home, and delete the contents of the old one; one of another contract is moved aside',
      )
      .option(
        '--for <time>',
        'how long to submit, or to run with `--no-traffic`, once all is ready',
        parseDuration,
      )
      .option(
        '--routers <n>',
        'the number of routers of a new home; by default that of the home',
        parseNumber(1, 9),
      )
      .option(
        '--members <n>',
        'the number of members of a new home, with policies like the seven; by default the seven',
        parseNumber(2, 200),
      )
      .option('--rate <n>', 'notices per second', parseNumber(0.01, 10_000, false))
      .option('--rogue <percent>', 'the share of submissions that break a rule', parseNumber(0, 100, false))
      .option('--seed <text>', 'generate the same notices as another run with this seed')
      .option('--no-traffic', 'generate no notices')
      .option('--separate', 'run each gateway in a process of its own')
      .option('--after-loss', 'create the streams again after the disk of the broker was lost'),
  streams: true,
  starts: 'federation',
  anyHome: true,
  examples: [
    ['up', 'seven organisations exchange generated notices until Ctrl-C'],
    ['up --for 20s --json', 'twenty seconds; the last line is the summary'],
    ['up --no-traffic', 'no notices but those that you submit (`liaison notice submit`)'],
    ['up --fresh --members 50', 'fifty organisations in one process, with policies like those of the seven'],
    ['up --fresh --routers 2', 'two routers share the work; each continues without the other'],
    ['up --fresh --seed 7 --rate 50', 'a new federation with the same fifty notices per second each time'],
  ],
  run: runUp,
};

/** Starts a federation, shows it, runs the simulator, and stops everything, also after an error. */
export async function runUp(call: Call<UpOptions>): Promise<ExitCode> {
  const { options, home, env, output, stopping } = call;
  const screen = createScreen(output);
  const federation = await startFederation(home, {
    env,
    fresh: options.fresh === true,
    afterLoss: options.afterLoss === true,
    routers: options.routers,
    separate: options.separate === true,
    members: options.members,
    flags: flagSettings(options),
    say: screen.say,
    onEvent: screen.processEvent,
    stopping,
  });
  let end = NO_TRAFFIC;
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

const MiB = 1024 * 1024;
const HOME_KEPT_BELOW =
  'fewer notices are generated as the home fills, so that this demonstration stays below';

const NO_TRAFFIC: TrafficEnd = { lawfulRefused: 0 };

interface ExchangeParams {
  readonly options: UpOptions;
  readonly screen: Screen;
  readonly stopping: AbortSignal;
}

async function exchange(
  { home, run, adopt }: Federation,
  { options, screen, stopping }: ExchangeParams,
): Promise<TrafficEnd> {
  if (options.traffic === false) {
    await (options.for === undefined ? untilAborted(stopping) : pause(options.for, stopping));
    return NO_TRAFFIC;
  }
  const { HOME_LIMIT: limit } = isEndless(options) ? defaultsFor('simulator', process.env) : {};
  if (limit !== undefined) screen.say(`${HOME_KEPT_BELOW} ${formatBytes(Number(limit) * MiB)}`);
  void untilAborted(stopping).then(() =>
    screen.say('settling open notices; press Ctrl-C again to end at once'),
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
  if (end.summary !== undefined || !isEndless(options) || stopping.aborted) return end;
  screen.say('the simulator ended: no more notices are generated');
  await untilAborted(stopping);
  return end;
}

/** After a signal, the user waits for the summary only this long. The simulator ends its search within 7 s, then asks every gateway. */
const SIGNAL_SETTLE_TIMEOUT_MS = 20_000;

/** Runs the simulator until it finishes or `stopping` aborts; then waits while it settles, and kills it when that takes too long. */
export async function superviseTraffic(
  params: Parameters<typeof startTraffic>[0],
  stopping: AbortSignal,
): Promise<TrafficEnd> {
  const traffic = startTraffic(params);
  await Promise.race([untilAborted(stopping), traffic.finished]);
  traffic.stop();
  const late = setTimeout(traffic.kill, stopping.aborted ? SIGNAL_SETTLE_TIMEOUT_MS : SETTLE_TIMEOUT_MS);
  const end = await traffic.finished;
  clearTimeout(late);
  return end;
}

/** Returns the exit code of `up`. Without `--for` or `--count`, a signal is the normal end of `up`. */
export function exitOf(
  { options, stopping }: Pick<Call<UpOptions>, 'options' | 'stopping'>,
  { summary, lawfulRefused }: TrafficEnd,
): ExitCode {
  const isLimited = (options.for ?? options.count) !== undefined;
  if (stopReason(stopping) === 'SIGINT' && isLimited) return EXIT.interrupted;
  if (summary !== undefined) return lawsHold(summary) && lawfulRefused === 0 ? EXIT.yes : EXIT.no;
  // A simulator without a summary failed, even after a signal, because `stop` requests the summary.
  return options.traffic === false ? EXIT.yes : EXIT.unreachable;
}
