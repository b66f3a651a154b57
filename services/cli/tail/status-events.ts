import { connectAs } from '../../shared/bus/connect.js';
import { subscribed, watchStatus } from '../../shared/bus/status.js';
import { parseStrictJson } from '../../shared/kernel/strict-json.js';
import { readSecret } from '../../shared/trust/secret-file.js';
import type { EventFacts } from '../up/tally.js';

/** A status event with where it came from. */
export interface StatusEvent extends EventFacts {
  readonly outcome?: string;
  readonly at?: string;
  /** When the console heard it, of what it kept. */
  readonly heard?: string;
  readonly source?: string;
  readonly seq?: number;
}

interface Watch {
  readonly servers: string;
  readonly tls?: string | undefined;
  /** The file of a tail's nkey: the hub's, or an organisation's, which hears less. */
  readonly seedFile: string;
  readonly subjects: readonly string[];
  readonly onEvent: (event: StatusEvent) => void;
  readonly onTrouble?: (words: string) => void;
}

/** Listens with tail credentials: nothing can be published with them. Resolves once it listens. */
export async function watchEvents(watch: Watch): Promise<{ readonly stop: () => Promise<void> }> {
  const { onTrouble = () => {} } = watch;
  const bus = await connectAs({
    servers: watch.servers,
    tls: watch.tls,
    seed: readSecret(watch.seedFile),
    role: 'tail',
    name: 'tail',
    onTrouble: ({ message }) => onTrouble(message),
  });
  const take = (_subject: string, bytes: Uint8Array): void => {
    const event = readEvent(bytes);
    if (event !== undefined) watch.onEvent(event);
  };
  const stops = watch.subjects.map((subject) => watchStatus(bus, subject, take));
  await subscribed(bus);
  return {
    stop: async () => {
      for (const stop of stops) stop();
      await bus.close();
    },
  };
}

/** The data of a CloudEvent; anything else is left out, as anybody with the router's key could write it. */
function readEvent(bytes: Uint8Array): StatusEvent | undefined {
  try {
    const { data } = Object(parseStrictJson(bytes)) as { readonly data?: unknown };
    const event = Object(data) as Partial<StatusEvent>;
    return typeof event.event === 'string' ? (event as StatusEvent) : undefined;
  } catch {
    return undefined;
  }
}
