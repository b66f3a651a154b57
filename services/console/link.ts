import type { Bus } from '../shared/bus/connect.js';
import { watchStatus } from '../shared/bus/status.js';
import { errorFrom, type LiaisonError } from '../shared/kernel/errors.js';

interface LinkDeps {
  /** Waits for the broker; rejects only with what waiting does not mend. */
  readonly connect: () => Promise<Bus>;
  readonly take: (subject: string, bytes: Uint8Array) => void;
  readonly onFault: (error: LiaisonError) => void;
}

/** The console's ear. What was kept can be looked at while the broker is away. */
export interface Link {
  isConnected(): boolean;
  stop(): Promise<void>;
}

export function openLink({ connect, take, onFault }: LinkDeps): Link {
  let bus: Bus | undefined;
  let stopped = false;
  connect().then(
    (reached) => {
      bus = reached;
      if (stopped) void reached.close();
      else watchStatus(reached, 'status.>', take);
    },
    (thrown: unknown) => onFault(errorFrom(thrown)),
  );
  return {
    isConnected: () => bus?.isConnected() === true,
    stop: async () => {
      stopped = true;
      await bus?.close();
    },
  };
}
