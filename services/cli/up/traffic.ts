import type { Home } from '../../shared/runtime/home.js';
import { type ForkedProcess, forkProcess } from './fork-process.js';
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

/** The last line of the simulator (formats, "The summary"). */
export interface Summary {
  readonly submitted: number;
  readonly delivered: number;
  readonly redacted: number;
  readonly denied: number;
  readonly refused: number;
  readonly missing: number;
  readonly duplicates: number;
  readonly unverified: number;
  readonly withheldLeaks: number;
}

/** A run of the simulator. `finished` has no value when it ended without a summary. */
export interface Traffic {
  readonly finished: Promise<Summary | undefined>;
  /** Submits no more, settles what is under way, then finishes. */
  readonly stop: () => void;
}

interface Simulating extends TrafficOptions {
  readonly home: Home;
  readonly nats: string;
  /** Every line but the last, in order. */
  readonly onEvent: (event: Readonly<Record<string, unknown>>) => void;
  /** Puts the run under the care of the federation that it belongs to, if it has started one. */
  readonly adopt?: (launched: Launched) => void;
}

export function startTraffic(simulating: Simulating): Traffic {
  let summary: Summary | undefined;
  const launched = forkProcess({
    service: 'simulator',
    settings: settingsOf(simulating),
    log: simulating.home.log('simulator'),
    onLine: (line) => {
      const value = JSON.parse(line) as Summary | { readonly event: string };
      if ('event' in value) simulating.onEvent(value);
      else summary = value;
    },
  });
  simulating.adopt?.(launched);
  return {
    finished: launched.exited.then(() => summary),
    stop: () => launched.kill('SIGTERM'),
  };
}

function settingsOf({ home, nats, ...options }: Simulating): ForkedProcess['settings'] {
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
  return { HOME: home.root, NATS_URL: nats, ...Object.fromEntries(given) };
}

/** The laws of the federation: nothing lost, nothing twice, nothing unsigned, nothing leaked. */
export function lawsHold({ missing, duplicates, unverified, withheldLeaks }: Summary): boolean {
  return missing + duplicates + unverified + withheldLeaks === 0;
}
