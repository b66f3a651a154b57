import type { JsMsg } from '@nats-io/jetstream';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { sources } from '../../../services/shared/bus/streams.js';

/**
 * Pulls from an organisation's IN up to the delivery of a frame, and acknowledges what comes before it. Returns the delivery
 * unacknowledged, as a gateway has it until it has stored it.
 */
export async function pullUpTo(bus: Bus, frame: string): Promise<JsMsg> {
  const consumer = await bus.js.consumers.get(sources.in.stream, sources.in.consumer);
  for (;;) {
    const pulled = await consumer.next({ expires: 5_000 });
    if (pulled?.subject.endsWith(frame) === true) return pulled;
    pulled?.ack();
  }
}
