import type { Consumer } from '@nats-io/jetstream';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import { type Delivery, deliveryOf } from './delivery.js';
import type { Source } from './streams.js';

interface Pulling {
  readonly max: number;
  /** How long to wait for the first message; at least 1,000. */
  readonly expiresMs?: number;
}

/**
 * What is there now, at most `max`. Asks for one, which says how many wait behind it, then for exactly these: a request
 * given up half way could be served by the server and seen by nobody until the message's time is over.
 */
export async function pull(bus: Bus, source: Source, pulling: Pulling): Promise<readonly Delivery[]> {
  const { max, expiresMs = 1_000 } = pulling;
  try {
    const consumer = await bus.js.consumers.get(source.stream, source.consumer);
    const [first] = await fetchExactly(consumer, 1, expiresMs);
    if (first === undefined) return [];
    const rest = Math.min(max - 1, first.pending);
    return rest > 0 ? [first, ...(await fetchExactly(consumer, rest, 1_000))] : [first];
  } catch (error) {
    throw busError(error);
  }
}

async function fetchExactly(
  consumer: Consumer,
  count: number,
  expires: number,
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires })) {
    deliveries.push(deliveryOf(message));
  }
  return deliveries;
}
