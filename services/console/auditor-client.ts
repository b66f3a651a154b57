import { fail, parseCode } from '../shared/kernel/errors.js';
import { withDeadline } from '../shared/kernel/with-deadline.js';

/** A client of the auditor's HTTP API with the console's own token, which may read what a viewer may see and change nothing. */
export interface AuditorClient {
  /**
   * Resolves with the parsed body. Rejects with the auditor's `not-found`, `usage`, `id-invalid` or `busy`, with `auditor-silent`
   * when it does not answer or is not ready, and with `config-invalid` when the console has no token that it accepts.
   */
  get(path: string, query: Readonly<Record<string, string>>): Promise<unknown>;
  /** Resolves with the body as it is. Rejects as `get` does. */
  bytes(path: string): Promise<Uint8Array>;
  /** Returns a client whose requests abort with the signal of the console request that they serve. */
  during(signal: AbortSignal): AuditorClient;
}

interface ClientDeps {
  readonly url: string;
  /** Reads the token for each request; undefined for a home without one. Throws `config-invalid`. */
  readonly token: () => string | undefined;
}

const ANSWER_TIMEOUT_MS = 5_000;
const NO_TOKEN =
  'this home is from a release whose console did not call the auditor, or its token (`decisions:read`, ' +
  '`quarantine:read`, `policies:read`) is missing: `scripts/liaison init --demo --force` makes a new, empty home';

/** Creates the client; nothing is sent before `get`. */
export function createAuditorClient(deps: ClientDeps): AuditorClient {
  return clientUntil(deps, new AbortController().signal);
}

function clientUntil({ url, token }: ClientDeps, signal: AbortSignal): AuditorClient {
  const ask = async <T>(path: string, read: ReadBody<T>): Promise<T | undefined> => {
    const secret = token();
    if (secret === undefined) throw fail('config-invalid', NO_TOKEN);
    const answer = await withDeadline({ signal, ms: ANSWER_TIMEOUT_MS }, (soon) =>
      request(`${url}${path}`, { secret, signal: soon, read }),
    );
    if (answer.ok) return answer.body;
    throw problemOf(answer.status, answer.problem);
  };
  return {
    during: (end) => clientUntil({ url, token }, end),
    get: (path, query) => ask(`${path}?${new URLSearchParams(query)}`, json),
    bytes: async (path) => {
      const body = await ask(path, async (response) => Buffer.from(await response.arrayBuffer()));
      if (body !== undefined) return body;
      throw fail('auditor-silent', 'the auditor ended its answer too early');
    },
  };
}

type ReadBody<T> = (response: Response) => Promise<T>;
const json: ReadBody<unknown> = (response) => response.json();

/** A body, or a problem; undefined when it cannot be read or did not arrive whole. */
type Answered<T> =
  | { readonly ok: true; readonly body: T | undefined }
  | { readonly ok: false; readonly status: number; readonly problem: unknown };

interface RequestParams<T> {
  readonly secret: string;
  readonly signal: AbortSignal;
  readonly read: ReadBody<T>;
}

async function request<T>(address: string, { secret, signal, read }: RequestParams<T>): Promise<Answered<T>> {
  try {
    const response = await fetch(address, { headers: { authorization: `Bearer ${secret}` }, signal });
    const { ok, status } = response;
    if (ok) return { ok, body: await read(response).catch(() => undefined) };
    return { ok, status, problem: await json(response).catch(() => undefined) };
  } catch {
    throw fail('auditor-silent', 'the auditor does not answer');
  }
}

function problemOf(status: number, body: unknown): Error {
  const { code, detail } = Object(body) as { readonly code?: unknown; readonly detail?: unknown };
  // The viewer is signed in: a refused token of the console is a fault of its configuration, not of the request.
  if (status === 401 || status === 403)
    return fail('config-invalid', 'the auditor does not accept the token of the console');
  if (code === 'busy') return fail('busy', 'too many questions at once: ask again in a moment');
  if (status >= 500 || typeof detail !== 'string') return fail('auditor-silent', 'the auditor is not ready');
  return fail(parseCode(code), detail);
}
