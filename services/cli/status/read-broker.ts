import { monitoringAt } from '../../shared/bus/monitoring.js';
import { parkedStream } from '../../shared/bus/streams.js';

/** The state of the broker, as its monitoring shows it. */
export interface BrokerStatus {
  readonly version: string;
  /** Number of frames parked for an organisation. */
  readonly parked: (org: string) => number | undefined;
  /** Seconds since it heard from a client, by the name of the client. */
  readonly contacts: ReadonlyMap<string, number>;
}

/** Reads the state of the broker; undefined when its monitoring does not answer. */
export async function readBroker(monitor: string, now: Date): Promise<BrokerStatus | undefined> {
  const monitoring = monitoringAt(monitor);
  try {
    const [version, queues, connections] = await Promise.all([
      monitoring.version(),
      monitoring.queues(),
      monitoring.connections(),
    ]);
    const contacts = connections.map(({ name, lastActivity }) => {
      return [name, Math.max(0, now.getTime() - lastActivity.getTime()) / 1000] as const;
    });
    const waiting = new Map(
      queues.map(({ stream, consumers: [consumer] }) => [stream, consumer?.waiting ?? 0] as const),
    );
    const parked = (org: string): number | undefined => waiting.get(parkedStream(org));
    return { version, parked, contacts: new Map(contacts) };
  } catch {
    return undefined;
  }
}
