import { type Bus, connectAs } from '../../shared/bus/connect.js';
import { flushSubscriptions, watchStatus } from '../../shared/bus/status.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import type { EventFacts } from '../up/tally.js';

/** A status event with its source. */
export interface StatusEvent extends EventFacts {
  readonly outcome?: string;
  readonly frame?: string;
  readonly at?: string;
  /** When the console received it; only for events from the console. */
  readonly heard?: string;
  readonly source?: string;
  readonly seq?: number;
}

interface WatchEventsParams {
  readonly servers: string;
  readonly tls?: string | undefined;
  /** The nkey seed of a tail: that of the hub, or of an organisation, which may subscribe to less. */
  readonly seedFile: string;
  readonly subjects: readonly string[];
  readonly onEvent: (event: StatusEvent) => void;
  readonly onTrouble?: (words: string) => void;
}

/** Subscribes to status events with the key of a tail, which may publish nothing. Resolves once it is subscribed. */
export async function watchEvents(
  params: WatchEventsParams,
): Promise<Pick<Bus, 'closed'> & { readonly stop: () => Promise<void> }> {
  const { onTrouble = () => {} } = params;
  const bus = await connectAs({
    servers: params.servers,
    tls: params.tls,
    seed: readSecret(params.seedFile),
    role: 'tail',
    name: 'tail',
    onConnectionEvent: ({ message }) => onTrouble(message),
  });
  const take = (_subject: string, bytes: Uint8Array): void => {
    const event = readEvent(bytes);
    if (event !== undefined) params.onEvent(event);
  };
  const stops = params.subjects.map((subject) => watchStatus(bus, subject, take));
  await flushSubscriptions(bus);
  return {
    closed: bus.closed,
    stop: async () => {
      for (const stop of stops) stop();
      await bus.close();
    },
  };
}

/** Returns the data of a CloudEvent; undefined for any other message, which a holder of the router's key could publish. */
function readEvent(bytes: Uint8Array): StatusEvent | undefined {
  try {
    const { data } = Object(parseStrictJson(bytes)) as { readonly data?: unknown };
    const event = Object(data) as Partial<StatusEvent>;
    return typeof event.event === 'string' ? (event as StatusEvent) : undefined;
  } catch {
    return undefined;
  }
}
