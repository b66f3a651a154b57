import type { Home } from '../../shared/runtime/home.js';
import type { SimulationSummary } from '../../shared/runtime/simulation-summary.js';
import { type ForkedProcess, forkProcess, lastWords } from './fork-process.js';
import { brokerConnection, type RunFile } from '../home/run-file.js';
import { defaultsFor } from './inherited-settings.js';
import type { Launched } from './supervise.js';

/** The options of the simulator. */
export interface TrafficOptions {
  /** Notices per second. */
  readonly rate?: number;
  /** The share of rogue submissions, in percent. */
  readonly rogue?: number;
  readonly seed?: string;
  /** The number of notices to submit. */
  readonly count?: number;
  /** How long to submit, in milliseconds. When absent, until stopped. */
  readonly for?: number;
}

/** How a run of the simulator ended. */
export interface TrafficEnd {
  /** Absent when the simulator ended without a summary; `why` then has the reason. */
  readonly summary?: SimulationSummary;
  readonly why?: string;
  /** The number of lawful notices that a gateway or the router refused; 0 in a correct run. */
  readonly lawfulRefused: number;
}

/** A run of the simulator. */
export interface SimulatorRun {
  readonly finished: Promise<TrafficEnd>;
  /** Ends submitting; the simulator then waits for open notices to settle, and finishes. */
  readonly stop: () => void;
  readonly kill: () => void;
}

/** The time a simulator may take from `stop` to its end, to settle notices and search for leaks. */
export const SETTLE_TIMEOUT_MS = 40_000;

interface StartTrafficParams extends TrafficOptions {
  readonly home: Home;
  readonly run: RunFile;
  /** Receives every line but the last, in order. */
  readonly onEvent: (event: Readonly<Record<string, unknown>>) => void;
  /** Adds the process to the federation that this call started. */
  readonly adopt?: (launched: Launched) => void;
}

/** Starts the simulator as a process. */
export function startTraffic(params: StartTrafficParams): SimulatorRun {
  let end: TrafficEnd = { lawfulRefused: 0 };
  const log = params.home.log('simulator');
  const launched = forkProcess({
    service: 'simulator',
    settings: settingsOf(params),
    organisations: Object.keys(params.run.gateways).length,
    log,
    onLine: (line) => {
      const value = JSON.parse(line) as SimulationSummary | { readonly event: string };
      if (!('event' in value)) end = { ...end, summary: value };
      else {
        if (value.event === 'refused') end = { ...end, lawfulRefused: end.lawfulRefused + 1 };
        params.onEvent(value);
      }
    },
  });
  params.adopt?.(launched);
  return {
    finished: launched.exited.then((how) => {
      if (end.summary !== undefined) return end;
      return { ...end, why: typeof how === 'string' ? how : lastWords(log) };
    }),
    // Wait until the simulator is ready: before that it does not handle the signal, and would end without a summary.
    stop: () =>
      void launched.ready.then(
        () => launched.kill('SIGTERM'),
        () => undefined,
      ),
    kill: () => launched.kill('SIGKILL'),
  };
}

function settingsOf({ home, run, ...options }: StartTrafficParams): ForkedProcess['settings'] {
  const { servers, tls = '' } = brokerConnection(run, home.hub('operator'));
  // Traffic with an end is what was asked for, however large.
  const bounded = isEndless(options) ? defaultsFor('simulator', process.env) : {};
  return { HOME: home.root, NATS_URL: servers, NATS_TLS: tls, ...bounded, ...flagSettings(options) };
}

/** True for traffic that lasts until it is stopped. */
export function isEndless(options: Pick<TrafficOptions, 'for' | 'count'>): boolean {
  return options.for === undefined && options.count === undefined;
}

/** Returns the options as settings, by the name of the variable without `LIAISON_`. */
export function flagSettings(options: TrafficOptions): ForkedProcess['settings'] {
  const seconds = options.for === undefined ? undefined : options.for / 1000;
  const wanted = {
    RATE: options.rate,
    ROGUE: options.rogue,
    SEED: options.seed,
    COUNT: options.count,
    FOR_SECONDS: seconds,
  };
  const given = Object.entries(wanted).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  return Object.fromEntries(given);
}

/** The counts of a summary that are zero in a federation that works. */
export const BROKEN_LAWS = [
  'missing',
  'lacking',
  'duplicates',
  'unverified',
  'withheldLeaks',
  'overdue',
] as const satisfies readonly (keyof SimulationSummary)[];

/** Returns true if the laws of the federation hold: nothing lost, duplicated, unverified, leaked or owed. */
export function lawsHold(summary: SimulationSummary): boolean {
  return BROKEN_LAWS.every((name) => summary[name] === 0);
}
