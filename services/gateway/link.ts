import type { Bus, Trouble } from '../shared/bus/connect.js';
import { errorFrom, fail, type LiaisonError } from '../shared/kernel/errors.js';
import { pause } from '../shared/kernel/pause.js';

/** The connection to the broker, which may be away when the gateway starts and at any time after. */
export interface BrokerLink {
  isUp(): boolean;
  /** The connection; waits for one. Throws `unreachable` when the signal or the end of the link comes before. */
  bus(signal: AbortSignal): Promise<Bus>;
  close(): Promise<void>;
}

interface LinkDeps {
  readonly connect: (onTrouble: (trouble: Trouble) => void) => Promise<Bus>;
  readonly onTrouble: (trouble: LiaisonError | Trouble) => void;
  /** Connected, for the first time or again: what was on its way may be lost. */
  readonly onUp: () => void;
}

const RETRY_MS = 1_000;

function hearing({ onTrouble, onUp }: Omit<LinkDeps, 'connect'>): (trouble: Trouble) => void {
  return (trouble) => {
    onTrouble(trouble);
    if (trouble.type === 'reconnected') onUp();
  };
}

/** Connects until it succeeds; then the client itself reconnects, and when even that ended it connects anew. */
export function openBrokerLink({ connect, onTrouble, onUp }: LinkDeps): BrokerLink {
  const ending = new AbortController();
  let up: Bus | undefined;
  const open = async (): Promise<Bus> => {
    while (!ending.signal.aborted) {
      try {
        const bus = await connect(hearing({ onTrouble, onUp }));
        up = bus;
        onUp();
        void bus.closed.then(() => {
          up = undefined;
          if (!ending.signal.aborted) opened = begin();
        });
        return bus;
      } catch (error) {
        onTrouble(errorFrom(error));
        await pause(RETRY_MS, ending.signal);
      }
    }
    throw fail('unreachable', 'the connection to the broker is closed');
  };
  const begin = (): Promise<Bus> => {
    const opening = open();
    // Whoever waits hears of a failure; nobody may be waiting.
    opening.catch(() => undefined);
    return opening;
  };
  let opened = begin();
  return {
    isUp: () => up?.isConnected() ?? false,
    bus: (signal) => (up === undefined ? unlessAborted(opened, signal) : Promise.resolve(up)),
    close: async () => {
      ending.abort();
      await opened.then(
        (bus) => bus.close(),
        () => undefined,
      );
    },
  };
}

function unlessAborted(opened: Promise<Bus>, signal: AbortSignal): Promise<Bus> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(fail('unreachable', 'the broker cannot be reached'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    opened.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
