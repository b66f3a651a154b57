import type { Bus } from '../../shared/bus/connect.js';
import { subscribed, watchStatus } from '../../shared/bus/status.js';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';

interface LinkDeps {
  /** Waits for the broker; rejects only with what waiting does not mend. */
  readonly connect: () => Promise<Bus>;
  readonly take: (subject: string, bytes: Uint8Array) => void;
  readonly onFault: (error: LiaisonError) => void;
}

/** The console's ear. What was kept can be looked at while the broker is away. */
export interface StatusSubscription {
  isConnected(): boolean;
  stop(): Promise<void>;
}

export function openStatusSubscription({ connect, take, onFault }: LinkDeps): StatusSubscription {
  let bus: Bus | undefined;
  let stopped = false;
  const open = async (): Promise<void> => {
    const reached = await connect();
    if (!stopped) {
      watchStatus(reached, 'status.>', take);
      // Before, it is connected and hears nothing.
      await subscribed(reached);
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
