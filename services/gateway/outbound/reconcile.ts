import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';
import type { GatewayTracing } from '../tracing.js';
import { createAnswerProgress, HUB } from './answer-progress.js';
import { createLateRecipients } from './late-recipients.js';
import { createOffers } from './offer.js';
import type { QueryClient } from './query-client.js';
import { createResend } from './resend.js';
import { createWaitingFrames } from './waiting-frames.js';

/** Settles frames whose report or receipts are missing. */
export interface Reconciling {
  /** The steps; each runs in its own loop. */
  readonly steps: Readonly<Record<'resend' | 'waiting', LoopStep>>;
  /** Call when the router has reported on this own frame. */
  reported(frame: number): void;
  /** Call when this recipient's receipts for an own frame have arrived. */
  answered(recipient: string, frame: number): void;
}

interface ReconcileDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly tracing: GatewayTracing;
  readonly queryClient: QueryClient;
  readonly resendMs: number;
  readonly askMs: number | undefined;
}

/**
 * Creates both steps: one asks about single frames, the other asks one question about all frames that wait for late
 * recipients.
 */
export function createReconciling(deps: ReconcileDeps): Reconciling {
  const { identity, store } = deps;
  const progress = createAnswerProgress();
  const offers = createOffers(deps);
  const late = createLateRecipients({ store, clock: identity.clock });
  let lateReceipts = 0;
  const shared = { ...deps, offers, progress };
  return {
    steps: {
      resend: createResend({ ...shared, late }),
      waiting: createWaitingFrames({ ...shared, lateReceipts: () => lateReceipts }),
    },
    reported: (frame) => {
      offers.reported(frame);
      progress.answered(HUB, frame);
    },
    answered: (recipient, frame) => {
      progress.answered(recipient, frame);
      if (late.isLate(recipient)) lateReceipts += 1;
    },
  };
}
