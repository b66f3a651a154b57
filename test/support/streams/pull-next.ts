import type { Bus } from '../../../services/shared/bus/connect.js';
import type { Delivery } from '../../../services/shared/bus/delivery.js';
import { pull } from '../../../services/shared/bus/pull.js';
import type { Source } from '../../../services/shared/bus/streams.js';
import { until } from '../until.js';

/** Resolves with the next message of a consumer: one pull ends without a message when the broker answers too late. */
export function pullNext(bus: Bus, source: Source): Promise<Delivery> {
  return until(`a message of ${source.stream}`, async () => (await pull(bus, source, { max: 1 }))[0]);
}

/** Resolves with the next `count` messages of a consumer. */
export async function pullSome(bus: Bus, source: Source, count: number): Promise<readonly Delivery[]> {
  const taken: Delivery[] = [];
  while (taken.length < count) taken.push(await pullNext(bus, source));
  return taken;
}
