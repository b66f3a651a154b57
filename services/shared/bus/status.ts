import type { Clock } from '../kernel/clock.js';
import type { Bus } from './connect.js';

/** The content-free facts of a status event; `event` is the second token of its subject. */
export interface StatusData {
  readonly event: string;
  readonly [fact: string]: unknown;
}

/** Publishes a status event on a subject; never throws and never waits. */
export type StatusPublisher = (subject: string, data: StatusData) => void;

/**
 * Creates a publisher of status events as CloudEvents 1.0 (structured JSON). They are core NATS messages: not stored, and
 * dropped while the connection is lost. `source` and the rising `seq` let a viewer detect a gap.
 */
export function createStatusPublisher(
  bus: Bus,
  { source, clock }: { readonly source: string; readonly clock: Clock },
): StatusPublisher {
  const name = JSON.stringify(source);
  const id = `${source}-${clock().getTime()}`;
  const head = `{"specversion":"1.0","source":${name},"datacontenttype":"application/json"`;
  const timeOf = createTimeOf();
  let seq = 0;
  return (subject, data) => {
    seq += 1;
    if (!bus.isConnected()) return;
    const time = timeOf(clock());
    // Joined as text: copying the facts into a larger object costs more than serialising them (docs/adr/0017).
    const facts = `${JSON.stringify(data).slice(0, -1)},"at":"${time}","source":${name},"seq":${seq}}`;
    const event = `${head},"id":"${id}-${seq}","type":${JSON.stringify(`liaison.${data.event}`)},"time":"${time}","data":${facts}}`;
    bus.nc.publish(subject, Buffer.from(event));
  };
}

/** Formats times and reuses the last text: many events share a millisecond, and formatting costs as much as the facts. */
function createTimeOf(): (now: Date) => string {
  let last: { readonly at: number; readonly text: string } | undefined;
  return (now) => {
    const at = now.getTime();
    if (last?.at !== at) last = { at, text: now.toISOString() };
    return last.text;
  };
}

/** Subscribes until the returned function is called. Events are unverified, for display only. `take` must not throw. */
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

/** Resolves when the broker has received every earlier subscription; the client renews them after a lost connection. */
export async function flushSubscriptions(bus: Bus): Promise<void> {
  await bus.nc.flush().catch(() => undefined);
}
