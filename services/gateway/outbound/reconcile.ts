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

/** Settles frames whose report or receipts do not come by themselves. */
export interface Reconciling {
  /** Each runs in a loop of its own. */
  readonly steps: Readonly<Record<'resend' | 'waiting', LoopStep>>;
  /** The router reported on this own frame. */
  reported(frame: number): void;
  /** This recipient signed receipts for this own frame. */
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

/** Creates both steps: one asks about single frames, the other about all frames that wait for late recipients. */
export function createReconciling(deps: ReconcileDeps): Reconciling {
  const { identity, store } = deps;
  const progress = createAnswerProgress();
  const offers = createOffers(deps);
  const late = createLateRecipients({ store, clock: identity.clock });
  let revivals = 0;
  const shared = { ...deps, offers, progress };
  return {
    steps: {
      resend: createResend({ ...shared, late }),
      waiting: createWaitingFrames({ ...shared, revivals: () => revivals }),
    },
    reported: (frame) => {
      offers.reported(frame);
      progress.answered(HUB, frame);
    },
    answered: (recipient, frame) => {
      progress.answered(recipient, frame);
      if (late.isLate(recipient)) revivals += 1;
    },
  };
}
