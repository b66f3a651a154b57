import { setMaxListeners } from 'node:events';
import { pause } from '../shared/kernel/pause.js';
import type { LocalSystemClient, NoticeState } from './gateway-http.js';
import type { LivingNotice, NoticePlans } from './act-on-notices.js';
import type { SentNotice } from './summary.js';

/** A notice accepted by its gateway. */
export type Accepted = Pick<SentNotice, 'originator' | 'id' | 'at' | 'canaries'>;

/** Follows notices until they are settled. */
export interface Settling {
  follow(notice: Accepted): void;
  /** Returns and forgets the notices that settled, with their state. */
  takeSettled(): readonly SentNotice[];
  pending(): number;
  /** Resolves when no notice is pending, or when `signal` aborts. */
  untilSettled(signal: AbortSignal): Promise<void>;
  /** Stops following; resolves to the unsettled notices with their current state. */
  stop(): Promise<readonly SentNotice[]>;
}

interface Followed extends LivingNotice, Omit<Accepted, 'canaries'> {
  readonly id: string;
}

type Advancing = Pick<NoticePlans, 'advance' | 'review'>;

const ROUND_MS = 2_000;
const LOOK_MS = 100;

/**
 * Creates the follower. It asks each gateway which notices are unsettled, and for the state of the rest. A
 * settled notice stays pending until its plan is done.
 */
export function createSettling(gateways: readonly LocalSystemClient[], plans: Advancing): Settling {
  const pending = new Set<Followed>();
  const [settled, stopping]: [Followed[], AbortController] = [[], new AbortController()];
  setMaxListeners(0, stopping.signal); // Each gateway has a pause of its own that listens to it.
  const round = async (gateway: LocalSystemClient): Promise<void> => {
    // Taken before the request, so that notices accepted meanwhile are not among `asked`.
    const asked = [...pending].filter(({ originator }) => originator === gateway.org);
    if (asked.length === 0) return;
    const unsettled = await gateway.unsettled();
    const through = asked.filter(({ id }) => !unsettled.has(id));
    await askAll(gateway, through);
    for (const notice of through.filter(isThrough)) {
      if (await plans.advance(gateway, notice)) continue;
      pending.delete(notice);
      settled.push(notice);
    }
  };
  const run = async (gateway: LocalSystemClient, index: number): Promise<void> => {
    // Spread over the round, because the answers take processor time from the notices.
    await pause((ROUND_MS * index) / gateways.length, stopping.signal);
    // A gateway that is away is asked again in the next round.
    for (; !stopping.signal.aborted; await pause(ROUND_MS, stopping.signal))
      await round(gateway).catch(() => undefined);
  };
  const running = Promise.all(gateways.map(run));
  return {
    follow: (notice) =>
      pending.add({ ...notice, shown: undefined, earlier: [], life: undefined, isChanging: false }),
    takeSettled: () => settled.splice(0),
    pending: () => pending.size,
    untilSettled: async (signal) => {
      while (pending.size > 0 && !signal.aborted) await pause(LOOK_MS);
    },
    stop: async () => {
      stopping.abort();
      await running;
      const notices = [...pending];
      await Promise.allSettled(gateways.map((gateway) => readLast(gateway, notices, plans)));
      return notices;
    },
  };
}

/** Reads the state of one gateway's notices a last time, and what has become of the steps that are under way. */
async function readLast(
  gateway: LocalSystemClient,
  notices: readonly Followed[],
  { review }: Advancing,
): Promise<void> {
  const own = notices.filter(({ originator }) => originator === gateway.org);
  await askAll(gateway, own);
  await Promise.all(own.map((notice) => review(gateway, notice)));
}

async function askAll(gateway: LocalSystemClient, notices: readonly Followed[]): Promise<void> {
  const byId = new Map(notices.map((notice) => [notice.id, notice]));
  for await (const shown of gateway.show([...byId.keys()])) {
    const notice = byId.get(shown.id);
    if (notice !== undefined) notice.shown = withRecipients(shown, notice.shown);
  }
}

/** Keeps the recipients of an ended notice from an earlier answer, because its gateway may forget them. */
function withRecipients(shown: NoticeState, before: NoticeState | undefined): NoticeState {
  const isForgotten = shown.state === 'ended' && shown.recipients.length === 0;
  return isForgotten && before !== undefined ? { ...shown, recipients: before.recipients } : shown;
}

function isThrough({ shown }: Followed): boolean {
  return shown !== undefined && shown.state !== 'queued' && shown.state !== 'routed';
}
