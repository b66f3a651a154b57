import { setTimeout as delay } from 'node:timers/promises';

/** Called between the steps of long work. Rests, so that the work takes a small share of a busy machine. */
export type Pace = () => Promise<void>;

const STEP_MS = 5;
/** Rest as a multiple of the time worked. */
const REST = 6;
/** A longer gap between two calls is idle time and not work. */
const MAX_DELAY_MS = 50;

/**
 * Creates a pace. While `inHurry` it only yields to other work of the same process, because someone waits for
 * the end.
 */
export function createPace(inHurry: () => boolean): Pace {
  let began = performance.now();
  return async () => {
    const worked = performance.now() - began;
    if (worked < STEP_MS) return;
    await delay(inHurry() ? 0 : restAfter(worked));
    began = performance.now();
  };
}

export function restAfter(worked: number): number {
  return REST * Math.min(worked, MAX_DELAY_MS);
}

/** A pace without rests. */
export const atOnce: Pace = () => Promise.resolve();
