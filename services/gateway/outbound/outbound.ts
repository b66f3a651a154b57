import type { FrameId } from '../../shared/kernel/ids.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { type Bell, createBell } from '../bell.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';
import type { GatewayMetrics } from '../metrics.js';
import type { GatewayTracing } from '../tracing.js';
import { type Actions, createActions } from '../life/actions.js';
import { createSignOwed } from '../life/sign-owed.js';
import type { Signing } from '../signing.js';
import { createOutbox, type Outbox } from './outbox.js';
import { createHubQuestions, type HubQuestions } from './hub-questions.js';
import { createReleaseIntake, type ReleaseIntake } from '../policies/own-releases.js';
import { createPreview, type Preview } from './preview.js';
import { createQueryClient } from './query-client.js';
import { createReceiptQueue } from './receipt-queue.js';
import { createReconciling } from './reconcile.js';
import { createSendPacing, type SendPacing } from './send-pacing.js';
import { createSender } from './sender.js';

/** Everything that a gateway sends: its own notices, its receipts for what it was sent, and its questions to the hub. */
export interface Outbound {
  readonly outbox: Outbox;
  readonly preview: Preview;
  readonly questions: HubQuestions;
  readonly actions: Actions;
  readonly releases: ReleaseIntake;
  /** Each runs in a loop of its own. */
  readonly steps: Readonly<Record<'sender' | 'receipts' | 'resend' | 'waiting' | 'owed', LoopStep>>;
  /** A receipt was stored and waits to be sent. */
  notifyReceipt(): void;
  /** Call when own notices or items wait for a new frame. */
  notifyReframed(): void;
  /** Call when the gateway may owe restrictions, or must sign refused actions again under another number. */
  notifyOwed(): void;
  /** The router reported on this own frame: the next one may leave, and actions on its notices may be queued again. */
  notifyReport(frame: number): void;
  /** This recipient signed receipts for this own frame. */
  notifyAnswered(recipient: string, frame: number): void;
  /** Takes a frame of `in.answer.<frame>`; throws as `QueryClient.receive` does. */
  receiveAnswer(frame: FrameId, bytes: Uint8Array): Promise<void>;
}

interface OutboundDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly log: Logger;
  readonly alarms: Alarms;
  readonly metrics: Pick<GatewayMetrics, 'submitted' | 'reported'>;
  readonly tracing: GatewayTracing;
  readonly signing: Signing;
  /** The content of an own notice was erased. */
  readonly onErased: () => void;
  /** Times in milliseconds, as in `GatewaySettings`. */
  readonly settings: {
    readonly outboxLimit: number;
    readonly resendMs: number;
    readonly askMs?: number | undefined;
    readonly previewMs: number;
    readonly maxEndsPerHour: number;
    readonly extendAheadMs: number;
    readonly changeMs?: number | undefined;
  };
}

/** Creates the parts that send. Nothing is sent before `steps` run in loops. */
export function createOutbound(deps: OutboundDeps): Outbound {
  const { identity, store, link, metrics, settings } = deps;
  const { resendMs, previewMs, askMs, changeMs } = settings;
  const bells = { notices: createBell(), receipts: createBell(), owed: createBell() };
  const pacing = createSendPacing((took) => metrics.reported(took / 1000));
  const queryClient = createQueryClient({ identity, link, timeoutMs: previewMs });
  const reconciling = createReconciling({ ...deps, queryClient, resendMs, askMs });
  const questions = createHubQuestions(queryClient);
  const { outbox, actions } = createAccepting(deps, { bells, pacing });
  return {
    outbox,
    actions,
    preview: createPreview({ identity, queryClient }),
    questions,
    releases: createReleaseIntake({ ...deps, questions, onQueued: bells.notices.ring }),
    steps: {
      sender: createSender({ ...deps, bell: bells.notices, pacing, resendMs }),
      receipts: createReceiptQueue({ identity, store, link, bell: bells.receipts, changeMs }),
      ...reconciling.steps,
      owed: createSignOwed({ ...deps, actions, bell: bells.owed }),
    },
    notifyReceipt: bells.receipts.ring,
    notifyReframed: bells.notices.ring,
    notifyOwed: bells.owed.ring,
    notifyReport: (frame) => {
      pacing.reported(frame);
      reconciling.reported(frame);
      bells.notices.ring();
    },
    notifyAnswered: reconciling.answered,
    receiveAnswer: queryClient.receive,
  };
}

interface AcceptingParams {
  readonly bells: Readonly<Record<'notices' | 'owed', Bell>>;
  readonly pacing: SendPacing;
}

/** Creates the parts that accept notices and actions and store them to be sent. */
function createAccepting(deps: OutboundDeps, { bells, pacing }: AcceptingParams) {
  const { metrics, settings } = deps;
  const common = { ...deps, ...settings, onQueued: bells.notices.ring };
  const outbox = createOutbox({
    ...common,
    limit: settings.outboxLimit,
    isIdle: () => pacing.waitMs() === 0,
    onAccepted: metrics.submitted,
    onAmended: bells.owed.ring,
  });
  const actions = createActions({
    ...common,
    onErased: () => {
      deps.onErased();
      outbox.refresh();
    },
  });
  return { outbox, actions };
}
