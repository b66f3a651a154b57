import { fail, LiaisonError } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { pause } from '../shared/kernel/pause.js';
import type { HeldEvidence } from '../shared/ledger/held/verify-held.js';
import type { Draft } from '../shared/notice/draft.js';
import { createExchange, type Exchange } from './kept-http.js';

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
  readonly state: 'queued' | 'routed' | 'settled' | 'refused' | 'ended' | 'disputed';
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
}

/** The answer to a submission. */
export type SubmitOutcome =
  | { readonly type: 'accepted'; readonly id: string }
  | { readonly type: 'refused'; readonly code: string };

/** An action on an own notice, as its gateway shows it. */
export interface ShownAction {
  readonly verb: string;
  readonly state: string;
  /** Whom it means; absent: every holder. */
  readonly holders?: readonly { readonly org: string; readonly sections?: readonly string[] }[];
}

/** What became of an own notice after its submission, as its gateway shows it. */
export interface ShownLife {
  /** Absent while it lasts. */
  readonly ended?: object;
  /** Absent unless it is suspended. */
  readonly suspendedUntil?: string;
  /** By number. */
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
  /** Returns held notices, newest first, back to `since`. Waits for an unreachable gateway while `waits` returns true. */
  inbox(since: Date, waits?: () => boolean): AsyncGenerator<Held>;
}

/** The address of a gateway and the token of a local system. */
export interface GatewayAddress {
  readonly org: OrgId;
  readonly url: string;
  readonly token: string;
  /** Ends every request when it aborts, so that a gateway that does not answer cannot delay the end of a simulation. */
  readonly over?: AbortSignal | undefined;
}

const PAUSE_MS = 250;
const PATIENCE_MS = 30_000;
const PAGE = 200;
/** Items of a page; small, because a gateway builds a page with evidence without yielding. */
const HELD_PAGE = 20;
/** Notices asked about in one request. */
const SHOWN = 50;

/** A gateway and the connections to it. */
interface Line extends GatewayAddress {
  readonly exchange: Exchange;
  /** Returns whether to keep waiting for an unreachable gateway. */
  readonly waits?: (() => boolean) | undefined;
}

/** Creates a client of a gateway's HTTP API. */
export function createLocalSystemClient(address: GatewayAddress): LocalSystemClient {
  const { org } = address;
  const line: Line = { ...address, exchange: createExchange() };
  return {
    org,
    submit: async (draft, key, signal) => {
      while (!signal.aborted) {
        const answer = await post(line, draft, key).catch(() => undefined);
        if (answer !== undefined) return answer;
        await pause(PAUSE_MS, signal);
      }
      throw fail('timed-out', `gateway of \`${org}\` did not take a notice`);
    },
    show: async function* (ids) {
      for (let at = 0; at < ids.length; at += SHOWN) {
        const asked = ids.slice(at, at + SHOWN);
        const { items } = (await get(line, `/v1/reports?ids=${asked.join(',')}`)) as {
          readonly items: NoticeReport[];
        };
        yield* items;
      }
    },
    unsettled: async () => {
      const ids = new Set<string>();
      for (const state of ['queued', 'routed']) {
        for await (const { id } of pages<{ readonly id: string }>(line, `/v1/notices?state=${state}&`)) {
          ids.add(id);
        }
      }
      return ids;
    },
    ...livesAt(line),
    inbox: async function* (since, waits) {
      for await (const held of pages<Held>({ ...line, waits }, '/v1/inbox?', HELD_PAGE)) {
        if (new Date(held.receivedAt) < since) return;
        yield held;
      }
    },
  };
}

/** The part of the client that acts on own notices and follows what became of them. */
function livesAt(line: Line): Pick<LocalSystemClient, 'order' | 'amend' | 'life' | 'overdue'> {
  return {
    order: (id, { verb, body }, key) => postOnce(line, { path: `/v1/notices/${id}/${verb}`, body, key }),
    amend: (id, draft, key) => postOnce(line, { path: `/v1/notices/${id}/revisions`, body: draft, key }),
    life: async (id) => {
      const { life } = (await getOnce(line, `/v1/notices/${id}`)) as { readonly life: ShownLife };
      return life;
    },
    overdue: async () => {
      const { items } = (await get(line, '/v1/overdue')) as { readonly items: readonly unknown[] };
      return items.length;
    },
  };
}

/**
 * Repeats a request while the gateway is unreachable. Throws `unreachable` when `over` aborts, and after 30 s unless `waits`
 * returns true.
 */
async function get(line: Line, path: string): Promise<unknown> {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await getOnce(line, path);
    } catch (cause) {
      if (cause instanceof LiaisonError && cause.family !== 'operational') throw cause;
      const isLate = Date.now() > end && line.waits?.() !== true;
      if (isLate || line.over?.aborted === true) {
        throw new LiaisonError('unreachable', `gateway of \`${line.org}\` does not answer`, { cause });
      }
    }
    await pause(PAUSE_MS, line.over);
  }
}

async function getOnce({ org, url, token, exchange, over }: Line, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  const { status, body } = await exchange(`${url}${path}`, { headers, signal: over });
  if (status === 200) return body;
  throw fail(status >= 500 ? 'unreachable' : 'usage', `gateway of \`${org}\` answered ${status}`);
}

/** Reads an answer; undefined if a retry may help. */
async function post(
  { url, token, exchange, over }: Line,
  draft: Draft,
  key: string,
): Promise<SubmitOutcome | undefined> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const { status, body } = await exchange(`${url}/v1/notices`, {
    method: 'POST',
    headers,
    body: JSON.stringify(draft),
    signal: over,
  });
  const { id, code } = body as { readonly id?: string; readonly code?: string };
  if (status === 202 && id !== undefined) return { type: 'accepted', id };
  const mayPass = status >= 500 || status === 429;
  return mayPass ? undefined : { type: 'refused', code: code ?? String(status) };
}

interface PostParams {
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

async function postOnce(line: Line, { path, body, key }: PostParams): Promise<OrderOutcome> {
  const headers = { authorization: `Bearer ${line.token}`, 'content-type': 'application/json' };
  const { status, body: answer } = await line.exchange(`${line.url}${path}`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': key },
    body: JSON.stringify(body),
    signal: line.over,
  });
  if (status === 202) return { type: 'accepted' };
  if (status >= 500 || status === 429)
    throw fail('unreachable', `gateway of \`${line.org}\` answered ${status}`);
  const { code = String(status) } = answer as { readonly code?: string };
  return { type: 'refused', code };
}

/** Yields the items of all pages, newest first. */
async function* pages<T>(line: Line, path: string, limit = PAGE): AsyncGenerator<T> {
  for (let before: number | null | undefined; before !== null; ) {
    const from = before === undefined ? '' : `&before=${before}`;
    const { items, next } = (await get(line, `${path}limit=${limit}${from}`)) as {
      readonly items: readonly T[];
      readonly next: number | null;
    };
    yield* items;
    before = next;
  }
}
