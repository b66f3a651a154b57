import type { Bus, ConnectionEvent } from '../shared/bus/connect.js';
import { errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';
import { pause, unlessAborted } from '../shared/kernel/pause.js';

/** The gateway's connection to the broker, which may be unreachable at the start and at any time after. */
export interface BrokerLink {
  isUp(): boolean;
  /** Why it is not up: the broker is `unreachable`, or `unauthorised`: it refuses the nkey of this gateway. */
  fault(): 'unreachable' | 'unauthorised';
  /** Resolves with the connection once there is one. Throws `unreachable` when the signal aborts or the link closes first. */
  bus(signal: AbortSignal): Promise<Bus>;
  /** Closes the connection. One that is being opened is not waited for: it is closed once it is open. */
  close(): Promise<void>;
}

interface LinkDeps {
  readonly connect: (onEvent: (event: ConnectionEvent) => void) => Promise<Bus>;
  /** As that of the bus. */
  readonly flushed?: Bus['flushed'];
  readonly onEvent: (event: LiaisonError | ConnectionEvent) => void;
  /** The connection is up, for the first time or again: messages in flight may be lost. */
  readonly onUp: () => void;
}

const CONNECT_RETRY_MS = 1_000;

function connectionListener({
  onEvent,
  onUp,
}: Pick<LinkDeps, 'onEvent' | 'onUp'>): (event: ConnectionEvent) => void {
  return (event) => {
    onEvent(event);
    if (event.type === 'reconnected') onUp();
  };
}

/** Connects until it succeeds. The NATS client then reconnects by itself; once it gives up, a new connection is opened. */
export function openBrokerLink(deps: LinkDeps): BrokerLink {
  const ending = new AbortController();
  let up: Bus | undefined;
  let fault: ReturnType<BrokerLink['fault']> = 'unreachable';
  const onFault = (error: LiaisonError): void => {
    fault = error.code === 'unauthorised' ? error.code : 'unreachable';
    deps.onEvent(error);
  };
  const open = async (): Promise<Bus> => {
    const bus = await connectUntilUp({ ...deps, onFault }, ending.signal);
    up = bus;
    fault = 'unreachable';
    deps.onUp();
    void bus.closed.then(() => {
      up = undefined;
      if (!ending.signal.aborted) opened = begin();
    });
    return bus;
  };
  const begin = (): Promise<Bus> => {
    const opening = open();
    // Callers of `bus` see the rejection; without a caller it must not be unhandled.
    opening.catch(() => undefined);
    return opening;
  };
  let opened = begin();
  return {
    isUp: () => up?.isConnected() ?? false,
    fault: () => fault,
    bus: async (signal) => up ?? requireOpened(await unlessAborted(opened, signal)),
    close: async () => {
      ending.abort();
      await up?.close();
    },
  };
}

/** Throws `unreachable` once the signal aborts. */
async function connectUntilUp(
  {
    connect,
    flushed,
    onEvent,
    onUp,
    onFault,
  }: LinkDeps & { readonly onFault: (error: LiaisonError) => void },
  ending: AbortSignal,
): Promise<Bus> {
  while (!ending.aborted) {
    try {
      const bus = { ...(await connect(connectionListener({ onEvent, onUp }))), flushed };
      if (!ending.aborted) return bus;
      await bus.close();
    } catch (error) {
      onFault(errorFrom(error));
      await pause(CONNECT_RETRY_MS, ending);
    }
  }
  throw fail('unreachable', 'the connection to the broker is closed');
}

function requireOpened(bus: Bus | undefined): Bus {
  if (bus !== undefined) return bus;
  throw fail('unreachable', 'the broker cannot be reached');
}
