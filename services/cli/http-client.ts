import { existsSync } from 'node:fs';
import { fail, LiaisonError, parseCode } from '../shared/kernel/errors.js';
import type { Home } from '../shared/runtime/home.js';
import { SILENT_AFTER_MS } from '../shared/runtime/silent-after.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { createCommand } from './home/require-kind.js';
import { suggestedCommand } from './terminal/suggested-command.js';
import { findGateway, type GatewayRunFile, type RunFile } from './home/run-file.js';

/** A client of one gateway's HTTP interface, with the token that the home keeps for callers on this machine. */
export interface GatewayClient {
  readonly org: string;
  readonly url: string;
  /** Returns the JSON body. Throws the error of the gateway's problem document, `unreachable` or `timed-out`. */
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<unknown>;
}

/** A client of the auditor. */
export interface OperatorClient extends Pick<GatewayClient, 'get'> {
  /** Returns the body as it is. Throws as `get` does. */
  readonly bytes: (path: string) => Promise<Uint8Array>;
  /** Yields the chunks of a body. Throws as `get` does, and `busy` once `signal` aborts. */
  readonly stream: (path: string, signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

const RESPONSE_TIMEOUT_MS = 15_000;

/** Creates a client of an organisation's gateway. Throws `organisation-unknown`, `config-invalid` for an unreadable token. */
export function gatewayClient(home: Home, run: GatewayRunFile, name: string): GatewayClient {
  const { org, url } = findGateway(run, name);
  const authorization = `Bearer ${readSecret(home.org(org, 'token'))}`;
  const call = (path: string, { headers, ...init }: Omit<RequestParams, 'peer'>): Promise<unknown> =>
    request(`${url}${path}`, {
      ...init,
      peer: `the gateway of \`${org}\``,
      headers: { authorization, ...headers },
    });
  return {
    org,
    url,
    get: (path) => call(path, {}),
    post: (path, body, headers = {}) =>
      call(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
  };
}

/** As `gatewayClient`; without a name, for the only gateway that runs here. Throws `usage` if several run. */
export function onlyGatewayClient(home: Home, run: GatewayRunFile, name: string | undefined): GatewayClient {
  const [only = '', ...others] = Object.keys(run.gateways);
  if (name !== undefined || others.length === 0) return gatewayClient(home, run, name ?? only);
  throw fail('usage', 'several gateways run: name an organisation with `--org`', [
    { path: '--org', message: 'missing' },
  ]);
}

/**
 * Creates a client of the auditor that calls it as the hub's operator. Throws `config-invalid` for a home without an
 * operator; a call throws the error of the problem document, `unreachable`, `timed-out`.
 */
export function auditorClient(home: Home, { auditor }: RunFile): OperatorClient {
  const path = home.hub('operator', 'auditor.token');
  if (!existsSync(path)) {
    const line = suggestedCommand(`${createCommand(home)} --force`);
    throw fail('config-invalid', `this home has no operator: \`${line}\` creates a new, empty home`);
  }
  return clientOfAuditor(auditor, readSecret(path));
}

/**
 * Creates a client of the auditor that reads everything, as the federation's own auditor does. Throws `config-invalid` for a
 * home without that token; a call throws as those of `auditorClient` do.
 */
export function federationAuditorClient(home: Home, { auditor }: RunFile): OperatorClient {
  return clientOfAuditor(auditor, readSecret(home.hub('auditor', 'federation.token')));
}

/** Creates a client of the auditor at this address. */
export function clientOfAuditor(auditor: string, token: string): OperatorClient {
  const authorization = `Bearer ${token}`;
  const init = { peer: 'the auditor', headers: { authorization } };
  return {
    get: (path) => request(`${auditor}${path}`, init),
    bytes: async (path) => {
      const signal = AbortSignal.timeout(RESPONSE_TIMEOUT_MS);
      const response = await fetchOk(`${auditor}${path}`, { ...init, signal });
      return Buffer.from(await response.arrayBuffer());
    },
    stream: async function* (path, signal) {
      const { body } = await openStream(`${auditor}${path}`, { peer: init.peer, token, signal });
      try {
        if (body !== null) yield* body;
      } catch (cause) {
        if (signal.aborted) throw fail('busy', 'the reading was stopped');
        throw new LiaisonError('unreachable', 'the auditor ended its answer too early', { cause });
      }
    },
  };
}

/**
 * Requests a single-use sign-in link for the hub's operator from the console; it is valid for ten minutes. The code is in
 * the fragment, which browsers do not send. Resolves with undefined for a home without an operator, or when the console
 * gives no code.
 */
export async function signInLink(home: Home, console: string): Promise<string | undefined> {
  const token = home.hub('console', 'operator.token');
  if (!existsSync(token)) return undefined;
  const headers = { authorization: `Bearer ${readSecret(token)}` };
  const asked = { peer: 'the console', method: 'POST', headers } as const;
  const answer = await request(`${console}/v1/session/codes`, asked).catch(() => undefined);
  const { code } = Object(answer) as { readonly code?: unknown };
  return typeof code === 'string' ? `${console}/#sign-in=${code}` : undefined;
}

interface RequestParams {
  /** The called service, in words for a message. */
  readonly peer: string;
  readonly method?: 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls `/healthz` or `/readyz` of a process; undefined when it does not answer. */
export async function probe(
  url: string,
): Promise<{ readonly ok: boolean; readonly body: unknown } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(SILENT_AFTER_MS) });
    return { ok: response.ok, body: await bodyOf(response) };
  } catch {
    return undefined;
  }
}

async function request(url: string, init: RequestParams): Promise<unknown> {
  return bodyOf(await fetchOk(url, { ...init, signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) }));
}

/** Opens a streamed response: its head must arrive in time, its body ends by itself or when `signal` aborts. */
export async function openStream(
  url: string,
  { peer, token, signal }: { readonly peer: string; readonly token: string; readonly signal: AbortSignal },
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException('too late', 'TimeoutError')),
    RESPONSE_TIMEOUT_MS,
  );
  try {
    const headers = { authorization: `Bearer ${token}` };
    return await fetchOk(url, { peer, headers, signal: AbortSignal.any([signal, late.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

/** Fetches, and throws the error of the problem document for every status but success. */
async function fetchOk(
  url: string,
  { peer, ...init }: RequestParams & Pick<RequestInit, 'signal'>,
): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => {
    const late = error instanceof Error && error.name === 'TimeoutError';
    const words = late ? 'did not answer in time' : 'cannot be reached';
    const message = `${peer} (\`${new URL(url).origin}\`) ${words}: see \`${suggestedCommand('doctor')}\``;
    throw new LiaisonError(late ? 'timed-out' : 'unreachable', message, { cause: error });
  });
  if (response.ok) return response;
  throw problemFrom(await bodyOf(response), response);
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Converts a problem document (RFC 9457) back into the error; an unknown code of a newer release becomes `internal`. */
export function problemFrom(body: unknown, response: Pick<Response, 'url' | 'status'>): LiaisonError {
  const {
    code,
    detail,
    errors = [],
  } = Object(body) as {
    readonly code?: unknown;
    readonly detail?: string;
    readonly errors?: readonly { readonly path: string; readonly message: string }[];
  };
  if (code === undefined) return fail('internal', `\`${response.url}\` answered ${response.status}`);
  return fail(parseCode(code), detail ?? String(code), errors);
}
