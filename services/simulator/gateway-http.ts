import { fail, LiaisonError } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { pause } from '../shared/kernel/pause.js';
import type { HeldEvidence } from '../shared/ledger/verify-held.js';
import type { Draft } from '../shared/notice/draft.js';
import { createExchange, type Exchange } from './kept-http.js';

/** What became of a notice for one recipient, as its originator's gateway shows it. */
export interface RecipientOutcome {
  readonly org: string;
  readonly outcome: string;
  /** What decided without a rule. */
  readonly because?: string;
  readonly sections: readonly string[];
  readonly withheld: readonly string[];
  readonly receipt: { readonly type: string } | null;
}

export interface NoticeState {
  readonly state: 'queued' | 'routed' | 'settled' | 'refused' | 'ended';
  readonly code?: string;
  readonly recipients: readonly RecipientOutcome[];
}

/** What became of which notice. */
export interface NoticeReport extends NoticeState {
  readonly id: string;
}

/** A held notice with the evidence that a caller verifies by itself. */
export interface Held extends HeldEvidence {
  readonly id: string;
  readonly receivedAt: string;
}

export type SubmitOutcome =
  | { readonly type: 'accepted'; readonly id: string }
  | { readonly type: 'refused'; readonly code: string };

/** One gateway, as a local system uses it. */
export interface LocalSystemClient {
  readonly org: OrgId;
  /** Asks again under the same key while the gateway is away or full; throws `timed-out` when `signal` aborts. */
  submit(draft: Draft, key: string, signal: AbortSignal): Promise<SubmitOutcome>;
  /** What became of them; the gateway knows every one that it accepted. */
  show(ids: readonly string[]): AsyncGenerator<NoticeReport>;
  /** Ids of own notices of which something is still under way: a few requests, however many there are. */
  unsettled(): Promise<ReadonlySet<string>>;
  /** Newest first, down to `since`. */
  inbox(since: Date): AsyncGenerator<Held>;
}

/** Where a gateway is, and the token of a local system there. */
export interface GatewayAddress {
  readonly org: OrgId;
  readonly url: string;
  readonly token: string;
}

const PAUSE_MS = 250;
const PATIENCE_MS = 30_000;
const PAGE = 200;
/** A gateway puts a page together at one go: of notices with their evidence it is a short one. */
const HELD_PAGE = 20;
/** Reports in one request. */
const SHOWN = 50;

/** A gateway and the connections to it. */
interface Line extends GatewayAddress {
  readonly exchange: Exchange;
}

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
    inbox: async function* (since) {
      for await (const held of pages<Held>(line, '/v1/inbox?', HELD_PAGE)) {
        if (new Date(held.receivedAt) < since) return;
        yield held;
      }
    },
  };
}

/** Asks again while the gateway is away, as when it is restarted; throws `unreachable` after 30 s of that. */
async function get(line: Line, path: string): Promise<unknown> {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await getOnce(line, path);
    } catch (cause) {
      if (cause instanceof LiaisonError && cause.family !== 'operational') throw cause;
      if (Date.now() > end) {
        throw new LiaisonError('unreachable', `gateway of \`${line.org}\` does not answer`, { cause });
      }
    }
    await pause(PAUSE_MS);
  }
}

async function getOnce({ org, url, token, exchange }: Line, path: string): Promise<unknown> {
  const { status, body } = await exchange(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (status === 200) return body;
  throw fail(status >= 500 ? 'unreachable' : 'usage', `gateway of \`${org}\` answered ${status}`);
}

/** Undefined when asking again may help. */
async function post(
  { url, token, exchange }: Line,
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
  });
  const { id, code } = body as { readonly id?: string; readonly code?: string };
  if (status === 202 && id !== undefined) return { type: 'accepted', id };
  const mayPass = status >= 500 || status === 429;
  return mayPass ? undefined : { type: 'refused', code: code ?? String(status) };
}

/** Newest first. */
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
