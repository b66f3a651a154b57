import { setTimeout as delay } from 'node:timers/promises';

/** Called between steps of a long work: rests, so that the work takes a small share of a machine that others are busy on. */
export type Pace = () => Promise<void>;

const STEP_MS = 5;
/** So many times as long as it worked. */
const REST = 6;
/** What lies between two works is no step. */
const MAX_DELAY_MS = 50;

/** `inHurry`: somebody waits for the end of the work, then it only lets others of the same process have their turn. */
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

/** For what nothing else waits behind. */
export const atOnce: Pace = () => Promise.resolve();
