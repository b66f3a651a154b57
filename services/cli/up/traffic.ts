import type { Home } from '../../shared/runtime/home.js';
import type { SimulationSummary } from '../../shared/runtime/simulation-summary.js';
import { type ForkedProcess, forkProcess, lastWords } from './fork-process.js';
import { brokerConnection, type RunFile } from '../home/run-file.js';
import type { Launched } from './supervise.js';

/** What the simulator is told. */
export interface TrafficOptions {
  readonly rate?: number;
  /** Per cent. */
  readonly rogue?: number;
  readonly seed?: string;
  readonly count?: number;
  /** Milliseconds of submitting; absent: until stopped. */
  readonly for?: number;
}

/** How a run of the simulator ended. */
export interface TrafficEnd {
  /** Absent when it ended without one: then `why` says what ended it. */
  readonly summary?: SimulationSummary;
  readonly why?: string;
  /** Lawful notices that a gateway or the router refused: there should be none. */
  readonly lawfulRefused: number;
}

/** A run of the simulator. */
export interface SimulatorRun {
  readonly finished: Promise<TrafficEnd>;
  /** Submits no more, settles what is under way, then finishes. */
  readonly stop: () => void;
  readonly kill: () => void;
}

/** So long a simulator may take from `stop` to its end: it first lets everything settle, and searches. */
export const SETTLE_MS = 40_000;

interface Simulating extends TrafficOptions {
  readonly home: Home;
  readonly run: RunFile;
  /** Every line but the last, in order. */
  readonly onEvent: (event: Readonly<Record<string, unknown>>) => void;
  /** Puts the run under the care of the federation that it belongs to, if it has started one. */
  readonly adopt?: (launched: Launched) => void;
}

export function startTraffic(simulating: Simulating): SimulatorRun {
  let end: TrafficEnd = { lawfulRefused: 0 };
  const log = simulating.home.log('simulator');
  const launched = forkProcess({
    service: 'simulator',
    settings: settingsOf(simulating),
    log,
    onLine: (line) => {
      const value = JSON.parse(line) as SimulationSummary | { readonly event: string };
      if (!('event' in value)) end = { ...end, summary: value };
      else {
        if (value.event === 'refused') end = { ...end, lawfulRefused: end.lawfulRefused + 1 };
        simulating.onEvent(value);
      }
    },
  });
  simulating.adopt?.(launched);
  return {
    finished: launched.exited.then((how) => {
      if (end.summary !== undefined) return end;
      return { ...end, why: typeof how === 'string' ? how : lastWords(log) };
    }),
    stop: () => launched.kill('SIGTERM'),
    kill: () => launched.kill('SIGKILL'),
  };
}

function settingsOf({ home, run, ...options }: Simulating): ForkedProcess['settings'] {
  const { servers, tls = '' } = brokerConnection(run, home.hub('operator'));
  return { HOME: home.root, NATS_URL: servers, NATS_TLS: tls, ...flagSettings(options) };
}

/** What the options of the command line say in the place of `LIAISON_*`. */
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

/** The laws of the federation: nothing lost, nothing twice, nothing unsigned, nothing leaked. */
export function lawsHold({ missing, duplicates, unverified, withheldLeaks }: SimulationSummary): boolean {
  return missing + duplicates + unverified + withheldLeaks === 0;
}
