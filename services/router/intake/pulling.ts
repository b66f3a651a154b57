import type { Bus } from '../../shared/bus/connect.js';
import { type Consumption, consume } from '../../shared/bus/consume.js';
import type { Delivery } from '../../shared/bus/delivery.js';
import type { Source } from '../../shared/bus/streams.js';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';

/** A consumer to pull from, and what handles its messages. */
export interface Pull {
  readonly name: string;
  readonly bus: Bus;
  readonly source: Source;
  readonly handle: (delivery: Delivery) => Promise<void>;
  /** As in `consume`. */
  readonly parallel?: number;
}

/** Keeps exactly the wanted consumers running. */
export interface Pulling {
  /** Starts the consumers that are wanted and stops the others, without waiting for messages under way. */
  want(pulls: readonly Pull[]): void;
  /** Stops every consumer; resolves when none handles a message. */
  stop(): Promise<void>;
}

type State =
  | { readonly type: 'beginning' }
  | { readonly type: 'pulling'; readonly bus: Bus; readonly consumption: Consumption }
  | { readonly type: 'ending'; readonly ended: Promise<void> };

const STARTING_PAUSE_MS = 20;

/** Creates a set of consumers, none at first; `onError` is called with a consumer's name and what went wrong. */
export function createPulling(onError: (name: string, error: LiaisonError) => void): Pulling {
  const states = new Map<string, State>();
  const unwanted = new Set<string>();
  const end = (name: string, consumption: Consumption): void => {
    const ended = consumption
      .stop()
      .catch((error: unknown) => onError(name, errorFrom(error)))
      .finally(() => states.delete(name));
    states.set(name, { type: 'ending', ended });
  };
  const begin = async ({ name, bus, source, ...how }: Pull): Promise<void> => {
    states.set(name, { type: 'beginning' });
    try {
      const consumption = await consume(bus, source, {
        ...how,
        onError: (error) => onError(name, error),
      });
      states.set(name, { type: 'pulling', bus, consumption });
      if (unwanted.delete(name)) end(name, consumption);
    } catch (error) {
      states.delete(name);
      unwanted.delete(name);
      onError(name, errorFrom(error));
    }
  };
  const want = (pulls: readonly Pull[]): void => {
    const wanted = new Map(pulls.map(({ name, bus }) => [name, bus]));
    for (const [name, state] of states) {
      const bus = wanted.get(name);
      // A consumer on a new connection starts again once it has ended on the old one.
      if (bus !== undefined && (state.type !== 'pulling' || state.bus === bus)) unwanted.delete(name);
      else if (state.type === 'beginning') unwanted.add(name);
      else if (state.type === 'pulling') end(name, state.consumption);
    }
    for (const pull of pulls) if (!states.has(pull.name)) void begin(pull);
  };
  return { want, stop: () => stopAll(states, () => want([])) };
}

async function stopAll(states: ReadonlyMap<string, State>, wantNothing: () => void): Promise<void> {
  while (states.size > 0) {
    wantNothing();
    await Promise.all(
      [...states.values()].map((state) => (state.type === 'ending' ? state.ended : pause(STARTING_PAUSE_MS))),
    );
  }
}
