import type { Consumer } from '@nats-io/jetstream';
import { busError } from './bus-error.js';
import type { Bus } from './connect.js';
import { type Delivery, deliveryOf } from './delivery.js';
import type { Source } from './streams.js';

/** How long a request waits for its first message, in milliseconds; the shortest that the server allows. */
const PULL_EXPIRES_MS = 1_000;

/**
 * Returns the messages that are available now, at most `max`. Requests one message, which states how many
 * follow it, and then exactly those: a larger request could be served after the client gave up on it,
 * and its messages would be unavailable until `ack_wait` is over.
 */
export async function pull(
  bus: Bus,
  source: Source,
  { max }: { readonly max: number },
): Promise<readonly Delivery[]> {
  try {
    const consumer = await bus.js.consumers.get(source.stream, source.consumer);
    const [first] = await fetchExactly(bus, consumer, 1);
    if (first === undefined) return [];
    const rest = Math.min(max - 1, first.pending);
    return rest > 0 ? [first, ...(await fetchExactly(bus, consumer, rest))] : [first];
  } catch (error) {
    throw busError(error);
  }
}

async function fetchExactly(bus: Bus, consumer: Consumer, count: number): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires: PULL_EXPIRES_MS })) {
    deliveries.push(deliveryOf(message, bus.flushed));
  }
  return deliveries;
}
