import { fail, isCode } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type {
  MissingAnswers,
  Unsettled,
  UnsettledItem,
} from '../../shared/store/gateway/gateway-unsettled.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Claims } from '../../shared/trust/jws.js';
import type { BrokerLink } from '../link.js';
import type { LoopStep } from '../loop.js';
import { partOf } from '../signed-parts.js';
import type { AnswerProgress } from './answer-progress.js';
import type { Offers } from './offer.js';
import { createOfferPace } from './offer-pace.js';
import { isUnanswered, type QueryClient } from './query-client.js';

interface WaitingDeps {
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly queryClient: QueryClient;
  readonly offers: Offers;
  readonly progress: Pick<AnswerProgress, 'heard' | 'silence'>;
  /** Returns how many receipts of late recipients have arrived so far. */
  readonly lateReceipts: () => number;
  /** Minimum time between two questions, in milliseconds. */
  readonly askMs?: number | undefined;
}

/** Maximum frames in one question. */
const ASKED = 256;
const ASK_MS = 15_000;
/** Maximum time between two questions, as a multiple of the minimum. */
const MAX_FACTOR = 4;
const POLL_MS = 500;
/** The next question follows sooner if an answer named at least this many frames to offer, or did not arrive. */
const MANY = 8;
const SOON_MS = 5_000;
/** Minimum time between two offers: a router accepts at most 20 a second from an organisation. */
const OFFER_GAP_MS = 100;
/** Frames offered in each round to an older hub, which does not know the question. */
const OFFERED_TO_OLD_HUB = 2;

/**
 * Creates the step for frames that wait only for late recipients. It asks the hub one question about many frames, and offers
 * those again whose delivery is in no stream. It asks less often while nothing changes, and at random moments, so that
 * gateways do not ask at the same time.
 */
export function createWaitingFrames({ askMs = ASK_MS, ...deps }: WaitingDeps): LoopStep {
  const { store, link, queryClient, offers, progress, lateReceipts } = deps;
  const [soonMs, maxMs] = [Math.min(askMs, SOON_MS), askMs * MAX_FACTOR];
  const pace = createOfferPace(askMs);
  let [after, wait] = [0, askMs];
  /** Asks about the next frames; returns how long to wait until the next question. */
  const ask = async (signal: AbortSignal): Promise<number> => {
    const asked = store.frames.waiting(after, ASKED);
    after = asked.length < ASKED ? 0 : (asked.at(-1)?.number ?? 0);
    if (asked.length === 0) return askMs;
    const answered = await askAbout(
      queryClient,
      asked.map(({ id }) => id),
    );
    if (answered === undefined) return Math.min(Math.max(soonMs, progress.silence() / 4), maxMs);
    progress.heard();
    // The hub leaves out the last frames of a long answer: the next question begins with them.
    if (answered.length < asked.length) after = asked[answered.length - 1]?.number ?? 0;
    const open = asked.map(({ number }) => unsettledIn(store, number));
    const lost = asked.filter(({ id }, at) => isToOffer(open[at] ?? [], answered[at]) && pace.isDue(id));
    const isChanged = await keepStatus(store, open, answered);
    for (const { number, id } of lost) {
      await offers.offer(number, signal);
      pace.offered(id);
      await pause(OFFER_GAP_MS, signal);
    }
    if (lost.length >= MANY) return soonMs;
    return isChanged || lost.length > 0 ? askMs : Math.min(wait * 2, maxMs);
  };
  return async (signal) => {
    const [began, jitter, before] = [performance.now(), 0.8 + 0.4 * Math.random(), lateReceipts()];
    let wasDown = false;
    const isDue = (): boolean => {
      wasDown ||= !link.isUp();
      // Ask soon after a reconnect, because the broker may have lost streams.
      if (wasDown && link.isUp()) return true;
      const ms = lateReceipts() > before ? Math.min(wait, askMs) : wait;
      return performance.now() >= began + ms * jitter;
    };
    while (!signal.aborted && !isDue()) await pause(Math.min(POLL_MS, wait), signal);
    if (!signal.aborted && link.isUp()) wait = await ask(signal);
  };
}

/** The hub's answer about one frame. */
interface Answered {
  readonly recorded: boolean;
  readonly recipients: Readonly<Record<string, unknown>>;
  readonly offer: readonly unknown[];
}

async function askAbout(
  queryClient: QueryClient,
  frames: readonly string[],
): Promise<readonly Answered[] | undefined> {
  try {
    const answered = readAnswer(await queryClient.ask({ type: 'unsettled', frames }));
    if (answered.length > 0 && answered.length <= frames.length) return answered;
    throw fail('token-malformed', 'an answer about other frames');
  } catch (error) {
    if (isUnanswered(error)) return undefined;
    if (!isCode(error, 'usage')) throw error;
    return frames.map((_, at) => ({ recorded: at >= OFFERED_TO_OLD_HUB, recipients: {}, offer: [] }));
  }
}

function readAnswer({ type, frames }: Claims): readonly Answered[] {
  if (type !== 'unsettled' || !Array.isArray(frames))
    throw fail('token-malformed', 'an answer to another query');
  return frames.map(partOf).map(({ recorded, recipients, offer }) => ({
    recorded: recorded === true,
    recipients: partOf(recipients ?? {}),
    offer: Array.isArray(offer) ? offer : [],
  }));
}

function unsettledIn(
  { frames }: Pick<GatewayStore, 'frames'>,
  number: number,
): readonly (Unsettled | UnsettledItem)[] {
  return [...frames.unsettled(number), ...frames.unsettledItems(number)];
}

/** True when a frame must be offered again, because a missing receipt will not arrive otherwise. */
function isToOffer(open: readonly MissingAnswers[], answered: Answered | undefined): boolean {
  if (answered === undefined || open.length === 0) return false;
  const { recorded, recipients, offer } = answered;
  // When the hub first answers that it recorded a receipt, the receipt may still be on its way; at the second answer it is
  // lost.
  const isMissed = (org: string, status: string | null): boolean =>
    status === 'receipted' && recipients[org] === 'receipted';
  const pairs = open.flatMap((notice) => notice.pairs);
  return !recorded || pairs.some(({ org, status }) => offer.includes(org) || isMissed(org, status));
}

/** Stores the status of each delivery where it changed; returns whether any did. */
async function keepStatus(
  store: GatewayStore,
  open: readonly (readonly (Unsettled | UnsettledItem)[])[],
  answered: readonly Answered[],
): Promise<boolean> {
  const changed = open.flatMap((notices, at) =>
    notices.flatMap((about) =>
      about.pairs.flatMap(({ org, status }) => {
        const now = answered[at]?.recipients[org];
        return typeof now === 'string' && now !== status ? [{ about, org, status: now }] : [];
      }),
    ),
  );
  if (changed.length === 0) return false;
  await store.commit(() => {
    for (const { about, org, status } of changed) {
      if ('item' in about) store.items.status(about.item, org, status);
      else store.settlement.status(about.own, org, status);
    }
  });
  return true;
}
