import { fail } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { pause } from '../shared/kernel/pause.js';
import type { HeldEvidence } from '../shared/ledger/held/verify-held.js';
import type { Draft } from '../shared/notice/draft.js';
import { createGatewayRequests, type GatewayAddress, type GatewayRequests } from './gateway-requests.js';

/** The outcome of a notice for one recipient, as the originator's gateway shows it. */
export interface RecipientOutcome {
  readonly org: string;
  readonly outcome: string;
  /** The reason of a decision without a rule. */
  readonly because?: string;
  readonly sections: readonly string[];
  readonly withheld: readonly string[];
  readonly receipt: { readonly type: string } | null;
}

/** The state of an own notice at its gateway. */
export interface NoticeState {
  readonly state: 'queued' | 'routed' | 'settled' | 'refused' | 'ended' | 'disputed' | 'lost';
  readonly code?: string;
  readonly recipients: readonly RecipientOutcome[];
}

/** The state of one notice, by its id. */
export interface NoticeReport extends NoticeState {
  readonly id: string;
}

/** A held notice with the evidence that the caller verifies. */
export interface Held extends HeldEvidence {
  readonly id: string;
  readonly receivedAt: string;
  readonly life: {
    /** What changed last: `notice` for a delivery. */
    readonly change: { readonly name: string };
  };
}

/** The answer to a submission. */
export type SubmitOutcome =
  | { readonly type: 'accepted'; readonly id: string }
  | { readonly type: 'refused'; readonly code: string };

/** An action on an own notice, as its gateway shows it. */
export interface ShownAction {
  readonly verb: string;
  readonly state: string;
  /** The holders that it names; absent when it is for every holder. */
  readonly holders?: readonly { readonly org: string; readonly sections?: readonly string[] }[];
}

/** The life of an own notice after its submission, as its gateway shows it. */
export interface ShownLife {
  /** Absent while the notice lasts. */
  readonly ended?: object;
  /** Absent unless the notice is suspended. */
  readonly suspendedUntil?: string;
  /** In the order of their numbers. */
  readonly actions: readonly ShownAction[];
}

/** An order about an own notice: the verb in the path, and its body. */
export interface LifeOrder {
  readonly verb: string;
  readonly body: object;
}

/** The answer to an order or an amendment. */
export type OrderOutcome =
  | { readonly type: 'accepted' }
  | { readonly type: 'refused'; readonly code: string };

/** The HTTP API of one gateway, as a local system uses it. */
export interface LocalSystemClient {
  readonly org: OrgId;
  /** Submits a draft; retries with the same idempotency key while the gateway is away or full. Throws `timed-out` on abort. */
  submit(draft: Draft, key: string, signal: AbortSignal): Promise<SubmitOutcome>;
  /** Returns the state of each notice; the gateway knows every one that it accepted. */
  show(ids: readonly string[]): AsyncGenerator<NoticeReport>;
  /** Returns the ids of own notices that are not settled, in a few requests however many there are. */
  unsettled(): Promise<ReadonlySet<string>>;
  /** Orders an action on an own notice. Throws `unreachable` while the gateway is away or busy: the same key may be used again. */
  order(id: string, order: LifeOrder, key: string): Promise<OrderOutcome>;
  /** Submits the next revision of an own notice. Throws as `order` does. */
  amend(id: string, draft: Draft, key: string): Promise<OrderOutcome>;
  /** Returns the life of an own notice. Throws `unreachable`. */
  life(id: string): Promise<ShownLife>;
  /** Returns how many answers are owed to the gateway and overdue. Throws `unreachable`. */
  overdue(): Promise<number>;
  /**
   * Returns held notices, the last changed first, among them all that changed since `since`. Waits for an unreachable gateway
   * while `waits` returns true.
   */
  inbox(since: Date, waits?: () => boolean): AsyncGenerator<Held>;
}

const PAUSE_MS = 250;
/** Items of a page; small, because a gateway builds a page with evidence without yielding. */
const HELD_PAGE = 20;
/** Notices asked about in one request. */
const SHOWN = 50;

/** Creates a client of a gateway's HTTP API. */
export function createLocalSystemClient(address: GatewayAddress): LocalSystemClient {
  const { org } = address;
  const requests = createGatewayRequests(address);
  const { get, pages } = requests;
  return {
    org,
    submit: (draft, key, signal) => submit(requests, { org, draft, key, signal }),
    show: async function* (ids) {
      for (let at = 0; at < ids.length; at += SHOWN) {
        const asked = ids.slice(at, at + SHOWN);
        const { items } = (await get(`/v1/reports?ids=${asked.join(',')}`)) as {
          readonly items: NoticeReport[];
        };
        yield* items;
      }
    },
    unsettled: async () => {
      const ids = new Set<string>();
      for (const state of ['queued', 'routed']) {
        for await (const { id } of pages<{ readonly id: string }>(`/v1/notices?state=${state}&`)) {
          ids.add(id);
        }
      }
      return ids;
    },
    ...createLives(requests),
    inbox: async function* (since, waits) {
      for await (const held of pages<Held>('/v1/inbox?', { limit: HELD_PAGE, waits })) {
        yield held;
        // A copy that an action changed keeps the time of its delivery, which says nothing about the copies after it.
        if (held.life.change.name === 'notice' && new Date(held.receivedAt) < since) return;
      }
    },
  };
}

interface SubmitParams {
  readonly org: OrgId;
  readonly draft: Draft;
  readonly key: string;
  readonly signal: AbortSignal;
}

async function submit(
  { post }: GatewayRequests,
  { org, draft, key, signal }: SubmitParams,
): Promise<SubmitOutcome> {
  while (!signal.aborted) {
    const answer = await post({ path: '/v1/notices', body: draft, key }).catch(() => undefined);
    if (answer?.type === 'refused') return answer;
    if (answer !== undefined) return { type: 'accepted', id: (answer.body as { readonly id: string }).id };
    await pause(PAUSE_MS, signal);
  }
  throw fail('timed-out', `gateway of \`${org}\` did not take a notice`);
}

/** The part of the client that orders actions on own notices and reads their lives. */
function createLives({
  get,
  getOnce,
  post,
}: GatewayRequests): Pick<LocalSystemClient, 'order' | 'amend' | 'life' | 'overdue'> {
  return {
    order: (id, { verb, body }, key) => post({ path: `/v1/notices/${id}/${verb}`, body, key }),
    amend: (id, draft, key) => post({ path: `/v1/notices/${id}/revisions`, body: draft, key }),
    life: async (id) => {
      const { life } = (await getOnce(`/v1/notices/${id}`)) as { readonly life: ShownLife };
      return life;
    },
    overdue: async () => {
      const { items } = (await get('/v1/overdue')) as { readonly items: readonly unknown[] };
      return items.length;
    },
  };
}
