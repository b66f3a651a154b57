import { fail } from '../../shared/kernel/errors.js';
import type { JsonObject } from '../../shared/kernel/json-object.js';
import type { Unsettled } from '../../shared/store/gateway/gateway-unsettled.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Claims } from '../../shared/trust/jws.js';
import { isUnanswered, type QueryClient } from './query-client.js';
import type { Identity } from '../identity.js';
import type { BrokerLink } from '../link.js';
import { pause } from '../../shared/kernel/pause.js';
import { partOf } from '../signed-parts.js';
import type { AnswerProgress } from './answer-progress.js';
import type { LateRecipients } from './late-recipients.js';
import type { Offers } from './offer.js';

interface ResendDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
  readonly link: BrokerLink;
  readonly queryClient: QueryClient;
  readonly offers: Offers;
  readonly progress: AnswerProgress;
  readonly late: LateRecipients;
  /** The wait before the first query about a frame, in milliseconds; doubled with each try, up to five minutes. */
  readonly resendMs: number;
}

interface DueFrame {
  readonly number: number;
  /** Milliseconds until the next try. */
  readonly wait: number;
}

const MAX_WAIT_MS = 300_000;
const POLL_MS = 500;
const MAX_CONCURRENT_FRAMES = 4;

/**
 * Creates the step that asks the hub about frames that did not settle in time, and offers a frame again, with its report if
 * there is one, when the hub lacks part of it. Leaves frames that wait only for late recipients to the step of
 * `createWaitingFrames`. Skips a frame while earlier ones are still being answered, because more queries would slow the hub
 * further.
 */
export function createResend(deps: ResendDeps) {
  const { identity, store, link, queryClient, offers, progress, late, resendMs } = deps;
  const now = (): number => identity.clock().getTime();
  /**
   * Schedules a frame whose query was not answered. This does not count as a try: if it did, frames would
   * wait twice as long as an outage lasted. The wait grows with the silence, so that a long outage gets few
   * queries.
   */
  const queryLater = (number: number): Promise<void> => {
    const wait = Math.min(Math.max(resendMs, Math.ceil(progress.silence() / 4)), MAX_WAIT_MS);
    return store.commit(() => store.frames.rest(number, now() + wait));
  };
  const tryFrame = async ({ number, wait }: DueFrame, signal: AbortSignal): Promise<void> => {
    const [open, items] = [store.frames.unsettled(number), store.frames.unsettledItems(number)];
    const all = [...open, ...items];
    if (all.length === 0) return store.commit(() => store.settlement.closeFrame(number));
    if (late.areAwaited(all)) return store.commit(() => store.frames.wait(number));
    if (wait < MAX_WAIT_MS && progress.isBehind(number, all)) return undefined;
    // The hub hands recorded items over from the ledger, so a frame of such items is not offered again.
    const isRecorded = items.every(({ reported }) => reported);
    if (open.length === 0) {
      await store.commit(() => store.frames.postpone(number, now() + wait));
      return wait < MAX_WAIT_MS && isRecorded ? undefined : offers.offer(number, signal);
    }
    const answered = await queryStatus(queryClient, open);
    // No answer: the hub is away, and would not take the frame either.
    if (answered === undefined) return queryLater(number);
    progress.heard();
    await store.commit(() => {
      store.frames.postpone(number, now() + wait);
      for (const { own, org, status } of pairsOf(open, answered)) store.settlement.status(own, org, status);
    });
    if (wait < MAX_WAIT_MS && isRecorded && isOnlyParked(open, answered)) return undefined;
    return offers.offer(number, signal);
  };
  return async (signal: AbortSignal): Promise<void> => {
    const due = (link.isUp() ? store.frames.due(now(), MAX_CONCURRENT_FRAMES) : []).map(
      ({ number, tries }) => {
        return { number, wait: Math.min(resendMs * 2 ** (tries + 1), MAX_WAIT_MS) };
      },
    );
    if (due.length === 0) return pause(POLL_MS, signal);
    await store.commit(() => due.forEach(({ number }) => store.frames.rest(number, now() + resendMs)));
    await Promise.all(due.map((frame) => tryFrame(frame, signal)));
    return undefined;
  };
}

/** The hub's status of notices, by `jti`: whether it is recorded, and the state of its delivery to each recipient. */
type HubStatus = ReadonlyMap<string, { readonly recorded: boolean; readonly recipients: JsonObject }>;

async function queryStatus(
  queryClient: QueryClient,
  open: readonly Unsettled[],
): Promise<HubStatus | undefined> {
  try {
    return readStatus(await queryClient.ask({ type: 'status', jtis: open.map(jtiOf) }));
  } catch (error) {
    if (isUnanswered(error)) return undefined;
    throw error;
  }
}

function readStatus(answer: Claims): HubStatus {
  const { type, notices } = answer;
  if (type !== 'status' || !Array.isArray(notices))
    throw fail('token-malformed', 'an answer to another query');
  return new Map(
    notices
      .map(partOf)
      .map((entry) => [
        String(entry['jti']),
        { recorded: entry['recorded'] === true, recipients: partOf(entry['recipients'] ?? {}) },
      ]),
  );
}

function jtiOf({ id, number }: Unsettled): string {
  return `${id}.${number}`;
}

function pairsOf(
  open: readonly Unsettled[],
  answered: HubStatus,
): readonly { own: number; org: string; status: string }[] {
  return open.flatMap((notice) => {
    const recipients = answered.get(jtiOf(notice))?.recipients ?? {};
    return notice.pairs.flatMap(({ org }) => {
      const status = recipients[org];
      return typeof status === 'string' ? [{ own: notice.own, org, status }] : [];
    });
  });
}

/** True when every notice is reported and each missing receipt is of a parked delivery. */
function isOnlyParked(open: readonly Unsettled[], answered: HubStatus): boolean {
  return open.every((notice) => {
    const status = answered.get(jtiOf(notice));
    return (
      notice.reported &&
      status?.recorded === true &&
      notice.pairs.every(({ org }) => status.recipients[org] === 'parked')
    );
  });
}
