import type { Bus } from '../../shared/bus/connect.js';
import { flushSubscriptions, watchStatus } from '../../shared/bus/status.js';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';

interface LinkDeps {
  /** Waits for the broker; rejects only with errors that waiting cannot fix. */
  readonly connect: () => Promise<Bus>;
  readonly take: (subject: string, bytes: Uint8Array) => void;
  readonly onFault: (error: LiaisonError) => void;
}

/** The console's subscription to status events. Stored events are served while the broker is away. */
export interface StatusSubscription {
  isConnected(): boolean;
  stop(): Promise<void>;
}

/** Connects in the background and subscribes; `onFault` is called once if that fails for good. */
export function openStatusSubscription({ connect, take, onFault }: LinkDeps): StatusSubscription {
  let bus: Bus | undefined;
  let stopped = false;
  const open = async (): Promise<void> => {
    const reached = await connect();
    if (!stopped) {
      watchStatus(reached, 'status.>', take);
      // No event is received until the broker confirms the subscription.
      await flushSubscriptions(reached);
    }
    if (stopped) await reached.close();
    else bus = reached;
  };
  open().catch((thrown: unknown) => onFault(errorFrom(thrown)));
  return {
    isConnected: () => bus?.isConnected() === true,
    stop: async () => {
      stopped = true;
      await bus?.close();
    },
  };
}
