import { fail, parseCode } from '../shared/kernel/errors.js';
import { withDeadline } from '../shared/kernel/with-deadline.js';

/** A client of the auditor's HTTP API with the console's own token, which may read what a viewer may see and change nothing. */
export interface AuditorClient {
  /**
   * Resolves with the parsed body. Rejects with the auditor's `not-found`, `usage`, `id-invalid` or `busy`, with `auditor-silent`
   * when it does not answer or is not ready, and with `config-invalid` when the console has no token that it accepts.
   */
  get(path: string, query: Readonly<Record<string, string>>): Promise<unknown>;
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
  '`quarantine:read`) is missing: `scripts/liaison init --demo --force` makes a new, empty home';

/** Creates the client; nothing is sent before `get`. */
export function createAuditorClient(deps: ClientDeps): AuditorClient {
  return clientUntil(deps, new AbortController().signal);
}

function clientUntil({ url, token }: ClientDeps, signal: AbortSignal): AuditorClient {
  return {
    during: (end) => clientUntil({ url, token }, end),
    get: async (path, query) => {
      const secret = token();
      if (secret === undefined) throw fail('config-invalid', NO_TOKEN);
      const address = `${url}${path}?${new URLSearchParams(query)}`;
      const { ok, status, body } = await withDeadline({ signal, ms: ANSWER_TIMEOUT_MS }, (soon) =>
        request(address, secret, soon),
      );
      if (ok) return body;
      throw problemOf(status, body);
    },
  };
}

interface Answered {
  readonly ok: boolean;
  readonly status: number;
  /** Undefined when it is not JSON, or did not arrive whole. */
  readonly body: unknown;
}

async function request(address: string, secret: string, signal: AbortSignal): Promise<Answered> {
  try {
    const response = await fetch(address, { headers: { authorization: `Bearer ${secret}` }, signal });
    const body: unknown = await response.json().catch(() => undefined);
    return { ok: response.ok, status: response.status, body };
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
