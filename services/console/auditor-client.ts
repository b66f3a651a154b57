import { fail, parseCode } from '../shared/kernel/errors.js';

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
  return clientUntil(deps, []);
}

function clientUntil({ url, token }: ClientDeps, ends: readonly AbortSignal[]): AuditorClient {
  return {
    during: (signal) => clientUntil({ url, token }, [signal]),
    get: async (path, query) => {
      const secret = token();
      if (secret === undefined) throw fail('config-invalid', NO_TOKEN);
      const response = await request(`${url}${path}?${new URLSearchParams(query)}`, secret, ends);
      const body: unknown = await response.json().catch(() => undefined);
      if (response.ok) return body;
      throw problemOf(response.status, body);
    },
  };
}

async function request(address: string, secret: string, ends: readonly AbortSignal[]): Promise<Response> {
  try {
    const headers = { authorization: `Bearer ${secret}` };
    const signal = AbortSignal.any([...ends, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
    return await fetch(address, { headers, signal });
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
