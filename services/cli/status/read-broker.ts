import { type Connection, monitoringAt } from '../../shared/bus/monitoring.js';
import { parkedStream } from '../../shared/bus/streams.js';
import { gatewayName } from '../home/process-names.js';

/** The state of the broker, as its monitoring shows it. */
export interface BrokerStatus {
  readonly version: string;
  /** Number of frames parked for an organisation. */
  readonly parked: (org: string) => number | undefined;
  /** Seconds since it heard from the gateway that is connected to the account of an organisation. */
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
    const waiting = new Map(
      queues.map(({ stream, consumers: [consumer] }) => [stream, consumer?.waiting ?? 0] as const),
    );
    const parked = (org: string): number | undefined => waiting.get(parkedStream(org));
    return { version, parked, contacts: contactsIn(connections, now) };
  } catch {
    return undefined;
  }
}

/** Returns the seconds since the broker heard from the gateway of each organisation; a client chooses its name, but not its account. */
export function contactsIn(connections: readonly Connection[], now: Date): ReadonlyMap<string, number> {
  const gateways = connections.filter(({ account, name }) => name === gatewayName(account));
  return new Map(
    gateways.map(({ account, lastActivity }) => {
      return [account, Math.max(0, now.getTime() - lastActivity.getTime()) / 1000] as const;
    }),
  );
}
