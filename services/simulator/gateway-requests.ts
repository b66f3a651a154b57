import { fail, LiaisonError } from '../shared/kernel/errors.js';
import type { OrgId } from '../shared/kernel/ids.js';
import { pause } from '../shared/kernel/pause.js';
import { createExchange, type Exchange } from './kept-http.js';

/** The address of a gateway and the token of a local system. */
export interface GatewayAddress {
  readonly org: OrgId;
  readonly url: string;
  readonly token: string;
  /** Ends every request when it aborts, so that a gateway that does not answer cannot delay the end of a simulation. */
  readonly over?: AbortSignal | undefined;
}

/** A request that writes: its path, its JSON body and its idempotency key. */
interface PostRequest {
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

/** The outcome of a request that writes. */
export type PostOutcome =
  | { readonly type: 'accepted'; readonly body: unknown }
  | { readonly type: 'refused'; readonly code: string };

interface Paging {
  /** Items of a page; 200 by default. */
  readonly limit?: number;
  readonly waits?: (() => boolean) | undefined;
}

/** JSON requests to one gateway, over kept connections. */
export interface GatewayRequests {
  /** Gets an answer in one attempt. Throws as `Exchange` does, `unreachable` for a status from 500, else `usage`. */
  getOnce(path: string): Promise<unknown>;
  /**
   * Gets an answer; repeats the request while the gateway is unreachable. Throws `unreachable` when `over` aborts,
   * and after 30 s unless `waits` returns true; `usage` as `getOnce` does.
   */
  get(path: string, waits?: () => boolean): Promise<unknown>;
  /** Posts once. Throws `unreachable` while the gateway is away or busy: the same key may be used again. */
  post(request: PostRequest): Promise<PostOutcome>;
  /** Yields the items of all pages, newest first; the path ends in `?` or `&`. Throws as `get` does. */
  pages<T>(path: string, paging?: Paging): AsyncGenerator<T>;
}

const PAUSE_MS = 250;
const UNREACHABLE_AFTER_MS = 30_000;
const PAGE = 200;

/** A gateway and the connections to it. */
interface Line extends GatewayAddress {
  readonly exchange: Exchange;
}

/** Creates the requests to one gateway. */
export function createGatewayRequests(address: GatewayAddress): GatewayRequests {
  const line: Line = { ...address, exchange: createExchange() };
  const get: GatewayRequests['get'] = (path, waits) => getRepeatedly(line, path, waits);
  return {
    getOnce: (path) => getOnce(line, path),
    get,
    post: (request) => post(line, request),
    pages: async function* <T>(path: string, { limit = PAGE, waits }: Paging = {}) {
      for (let before: number | null | undefined; before !== null; ) {
        const from = before === undefined ? '' : `&before=${before}`;
        const { items, next } = (await get(`${path}limit=${limit}${from}`, waits)) as {
          readonly items: readonly T[];
          readonly next: number | null;
        };
        yield* items;
        before = next;
      }
    },
  };
}

async function getRepeatedly(line: Line, path: string, waits?: () => boolean): Promise<unknown> {
  for (const end = Date.now() + UNREACHABLE_AFTER_MS; ; ) {
    try {
      return await getOnce(line, path);
    } catch (cause) {
      if (cause instanceof LiaisonError && cause.family !== 'operational') throw cause;
      const isLate = Date.now() > end && waits?.() !== true;
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

async function post(
  { org, url, token, exchange, over }: Line,
  { path, body, key }: PostRequest,
): Promise<PostOutcome> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const init = { method: 'POST', headers, body: JSON.stringify(body), signal: over } as const;
  const { status, body: answer } = await exchange(`${url}${path}`, init);
  if (status === 202) return { type: 'accepted', body: answer };
  if (status >= 500 || status === 429) throw fail('unreachable', `gateway of \`${org}\` answered ${status}`);
  const { code = String(status) } = answer as { readonly code?: string };
  return { type: 'refused', code };
}
