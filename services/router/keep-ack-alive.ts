import type { Delivery } from '../shared/bus/delivery.js';

/** Longer than any step, shorter than the time after which another router takes over. */
const WORKING_MS = 2_000;

/** Asks for more time for as long as the work on a message lasts. */
export async function keepAckAlive<T>(
  { working }: Pick<Delivery, 'working'>,
  work: () => Promise<T>,
): Promise<T> {
  const alive = setInterval(working, WORKING_MS);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}
