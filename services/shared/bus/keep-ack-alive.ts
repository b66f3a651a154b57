import type { Delivery } from './delivery.js';

/** Less than the `ack_wait` after which the broker hands the message out again. */
const WORKING_INTERVAL_MS = 2_000;

/** Runs `work` and asks the broker for more time at intervals until it ends. */
export async function keepAckAlive<T>(
  { working }: Pick<Delivery, 'working'>,
  work: () => Promise<T>,
): Promise<T> {
  const alive = setInterval(working, WORKING_INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}
