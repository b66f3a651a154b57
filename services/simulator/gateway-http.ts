import { setTimeout as delay } from 'node:timers/promises';
import { fail, LiaisonError } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import type { Draft } from '../shared/notice/draft.js';
import type { Proof } from '../shared/trust/proof.js';

/** What became of a notice for one recipient, as its originator's gateway shows it. */
export interface Pair {
  readonly org: string;
  readonly outcome: string;
  readonly sections: readonly string[];
  readonly withheld: readonly string[];
  readonly receipt: { readonly type: string } | null;
}

export interface Shown {
  readonly state: 'queued' | 'routed' | 'settled' | 'refused' | 'ended';
  readonly code?: string;
  readonly recipients: readonly Pair[];
}

/** A held notice with the evidence that a caller verifies by itself. */
export interface Held {
  readonly id: string;
  readonly originator: string;
  readonly receivedAt: string;
  readonly raw: { readonly sdJwt: string; readonly statement: string; readonly proof: Proof };
}

export type Answer =
  | { readonly type: 'accepted'; readonly id: string }
  | { readonly type: 'refused'; readonly code: string };

/** One gateway, as a local system uses it. */
export interface GatewayClient {
  readonly org: OrgId;
  /** Asks again under the same key while the gateway is away or full; throws `timed-out` when `signal` aborts. */
  submit(draft: Draft, key: string, signal: AbortSignal): Promise<Answer>;
  show(id: string): Promise<Shown>;
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
const ANSWER_MS = 15_000;
const PATIENCE_MS = 30_000;
const PAGE = 200;

export function createGatewayClient(address: GatewayAddress): GatewayClient {
  const { org } = address;
  return {
    org,
    submit: async (draft, key, signal) => {
      while (!signal.aborted) {
        const answer = await post(address, draft, key).catch(() => undefined);
        if (answer !== undefined) return answer;
        await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
      throw fail('timed-out', `gateway of \`${org}\` did not take a notice`);
    },
    show: async (id) => (await get(address, `/v1/notices/${id}`)) as Shown,
    unsettled: async () => {
      const ids = new Set<string>();
      for (const state of ['queued', 'routed']) {
        for await (const { id } of pages<{ readonly id: string }>(address, `/v1/notices?state=${state}&`)) {
          ids.add(id);
        }
      }
      return ids;
    },
    inbox: async function* (since) {
      for await (const held of pages<Held>(address, '/v1/inbox?')) {
        if (new Date(held.receivedAt) < since) return;
        yield held;
      }
    },
  };
}

/** Asks again while the gateway is away, as when it is restarted; throws `unreachable` after 30 s of that. */
async function get(address: GatewayAddress, path: string): Promise<unknown> {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    try {
      return await getOnce(address, path);
    } catch (cause) {
      if (cause instanceof LiaisonError && cause.family !== 'operational') throw cause;
      if (Date.now() > end) {
        throw new LiaisonError('unreachable', `gateway of \`${address.org}\` does not answer`, { cause });
      }
    }
    await delay(PAUSE_MS);
  }
}

async function getOnce({ org, url, token }: GatewayAddress, path: string): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (response.ok) return response.json();
  const code = response.status >= 500 ? 'unreachable' : 'usage';
  throw fail(code, `gateway of \`${org}\` answered ${response.status}`);
}

/** Undefined when asking again may help. */
async function post({ url, token }: GatewayAddress, draft: Draft, key: string): Promise<Answer | undefined> {
  const response = await fetch(`${url}/v1/notices`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(draft),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const { id, code } = (await response.json()) as { readonly id?: string; readonly code?: string };
  if (response.status === 202 && id !== undefined) return { type: 'accepted', id };
  const mayPass = response.status >= 500 || response.status === 429;
  return mayPass ? undefined : { type: 'refused', code: code ?? String(response.status) };
}

/** Newest first. */
async function* pages<T>(address: GatewayAddress, path: string): AsyncGenerator<T> {
  for (let before: number | null | undefined; before !== null; ) {
    const from = before === undefined ? '' : `&before=${before}`;
    const { items, next } = (await get(address, `${path}limit=${PAGE}${from}`)) as {
      readonly items: readonly T[];
      readonly next: number | null;
    };
    yield* items;
    before = next;
  }
}
