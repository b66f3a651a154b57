import type { Clock } from '../kernel/clock.js';
import type { Bus } from './connect.js';

/** The content-free facts of a status event; `event` is the second token of its subject. */
export interface StatusData {
  readonly event: string;
  readonly [fact: string]: unknown;
}

export type StatusPublisher = (subject: string, data: StatusData) => void;

/**
 * Status events as CloudEvents 1.0 (structured JSON), best effort: a core publish, never awaited, never stored. `source`
 * and the rising `seq` let a viewer see a gap.
 */
export function createStatusPublisher(
  bus: Bus,
  { source, clock }: { readonly source: string; readonly clock: Clock },
): StatusPublisher {
  const start = clock().getTime();
  let seq = 0;
  return (subject, data) => {
    seq += 1;
    const time = clock().toISOString();
    const event = {
      specversion: '1.0',
      id: `${source}-${start}-${seq}`,
      source,
      type: `liaison.${data.event}`,
      time,
      datacontenttype: 'application/json',
      data: { ...data, at: data['at'] ?? time, source, seq },
    };
    if (bus.isConnected()) bus.nc.publish(subject, JSON.stringify(event));
  };
}

/** Listens until the returned function is called; what arrives is shown, never believed. `take` must not throw. */
export function watchStatus(
  bus: Bus,
  subject: string,
  take: (subject: string, bytes: Uint8Array) => void,
): () => void {
  const subscription = bus.nc.subscribe(subject, {
    callback: (error, message) => {
      if (error === null) take(message.subject, message.data);
    },
  });
  return () => subscription.unsubscribe();
}

/** Resolves when the broker has what was subscribed before; after a lost connection it gets all of it again by itself. */
export async function subscribed(bus: Bus): Promise<void> {
  await bus.nc.flush().catch(() => undefined);
}
