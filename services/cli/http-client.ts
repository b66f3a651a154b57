import { existsSync } from 'node:fs';
import { fail, LiaisonError, parseCode } from '../shared/kernel/errors.js';
import type { Home } from '../shared/runtime/home.js';
import { SILENT_AFTER_MS } from '../shared/runtime/silent-after.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { suggestedCommand } from './terminal/suggested-command.js';
import { findGateway, type RunFile } from './home/run-file.js';

/** The HTTP interface of one gateway, called with the token that its home keeps for this machine. */
export interface GatewayClient {
  readonly org: string;
  readonly url: string;
  /** Throws what the gateway's problem document says, `unreachable` or `timed-out`. */
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<unknown>;
}

const ANSWER_MS = 15_000;

/** Throws `organisation-unknown`, `config-invalid` for a token that cannot be read. */
export function gatewayClient(home: Home, run: RunFile, name: string): GatewayClient {
  const { org, url } = findGateway(run, name);
  const authorization = `Bearer ${readSecret(home.org(org, 'token'))}`;
  const ask = (path: string, { headers, ...init }: Omit<Asking, 'who'>): Promise<unknown> =>
    request(`${url}${path}`, {
      ...init,
      who: `the gateway of \`${org}\``,
      headers: { authorization, ...headers },
    });
  return {
    org,
    url,
    get: (path) => ask(path, {}),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
  };
}

/**
 * Asks the auditor as the hub's operator. Throws `config-invalid` for a home that has none; asking throws what the
 * problem document says, `unreachable`, `timed-out`.
 */
export function auditorClient(home: Home, { auditor }: RunFile): Pick<GatewayClient, 'get'> {
  const token = home.hub('operator', 'auditor.token');
  if (!existsSync(token)) {
    const line = suggestedCommand('init --demo --force');
    throw fail(
      'config-invalid',
      `this home was made without an operator: \`${line}\` makes it anew, and empty`,
    );
  }
  const authorization = `Bearer ${readSecret(token)}`;
  return { get: (path) => request(`${auditor}${path}`, { who: 'the auditor', headers: { authorization } }) };
}

interface Asking {
  /** Who is asked, in words. */
  readonly who: string;
  readonly method?: 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What `/healthz` or `/readyz` of a process says; undefined when nobody answers. */
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

async function request(url: string, init: Asking): Promise<unknown> {
  return bodyOf(await answerOf(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) }));
}

/** An answer that comes piece by piece: it must begin in time, and ends when it ends or `signal` aborts. */
export async function openAnswer(
  url: string,
  { who, token, signal }: { readonly who: string; readonly token: string; readonly signal: AbortSignal },
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException('too late', 'TimeoutError')), ANSWER_MS);
  try {
    const headers = { authorization: `Bearer ${token}` };
    return await answerOf(url, { who, headers, signal: AbortSignal.any([signal, late.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

/** Throws what its problem document says when it is no success. */
async function answerOf(
  url: string,
  { who, ...init }: Asking & Pick<RequestInit, 'signal'>,
): Promise<Response> {
  const response = await fetch(url, init).catch((error: unknown) => {
    const late = error instanceof Error && error.name === 'TimeoutError';
    const words = late ? 'did not answer in time' : 'cannot be reached';
    const message = `${who} (\`${new URL(url).origin}\`) ${words}: see \`${suggestedCommand('doctor')}\``;
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

/** The gateway's problem document as the error that it was over there; a code that only a newer one knows is `internal`. */
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
