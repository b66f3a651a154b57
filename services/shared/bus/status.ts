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
  const name = JSON.stringify(source);
  const id = `${source}-${clock().getTime()}`;
  const head = `{"specversion":"1.0","source":${name},"datacontenttype":"application/json"`;
  const timeOf = createTimeOf();
  let seq = 0;
  return (subject, data) => {
    seq += 1;
    if (!bus.isConnected()) return;
    const time = timeOf(clock());
    // Put together from text: copying the facts into a larger object costs more than writing them (docs/adr/0017).
    const facts = `${JSON.stringify(data).slice(0, -1)},"at":"${time}","source":${name},"seq":${seq}}`;
    const event = `${head},"id":"${id}-${seq}","type":${JSON.stringify(`liaison.${data.event}`)},"time":"${time}","data":${facts}}`;
    bus.nc.publish(subject, Buffer.from(event));
  };
}

/** Many events are of one millisecond, and writing a time costs as much as an event's facts. */
function createTimeOf(): (now: Date) => string {
  let last: { readonly at: number; readonly text: string } | undefined;
  return (now) => {
    const at = now.getTime();
    if (last?.at !== at) last = { at, text: now.toISOString() };
    return last.text;
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
