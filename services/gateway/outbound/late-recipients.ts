import type { Clock } from '../../shared/kernel/clock.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { MissingAnswers } from '../../shared/store/gateway/gateway-unsettled.js';

/** Recipients whose receipts are late. */
export interface LateRecipients {
  isLate(org: string): boolean;
  /** True when a frame has its report and waits only for receipts of late recipients. */
  areAwaited(open: readonly MissingAnswers[]): boolean;
}

/** A recipient is late when the oldest notice that awaits its receipt is older than this, in milliseconds. */
const LATE_MS = 5_000;

interface LateDeps {
  readonly store: Pick<GatewayStore, 'frames'>;
  readonly clock: Clock;
}

/** Creates the view; it reads the oldest notice of each recipient from an index. */
export function createLateRecipients({ store, clock }: LateDeps): LateRecipients {
  const isOld = (since: number | undefined): boolean =>
    since !== undefined && clock().getTime() - since > LATE_MS;
  const isLate = (org: string): boolean => isOld(store.frames.waitsSince(org));
  return {
    isLate,
    areAwaited: (open) => {
      if (!open.every(({ reported }) => reported)) return false;
      // `isLate` looks at notices alone; for a recipient that owes answers to actions only, `since` counts.
      return open.flatMap(({ pairs }) => pairs).every(({ org, since }) => isOld(since) || isLate(org));
    },
  };
}
