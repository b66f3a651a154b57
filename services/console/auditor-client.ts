import { fail, parseCode } from '../shared/kernel/errors.js';

/** Asks the auditor with the console's own token, which reads what a viewer may see and changes nothing. */
export interface AuditorClient {
  /**
   * Rejects with `not-found`, `usage` or `id-invalid` as the auditor says them, `auditor-silent` when it does not answer
   * or is not ready, and `config-invalid` when the console has no token that it takes.
   */
  get(path: string, query: Readonly<Record<string, string>>): Promise<unknown>;
}

interface ClientDeps {
  readonly url: string;
  /** Read at each question; undefined for a home that has none. Throws `config-invalid`. */
  readonly token: () => string | undefined;
}

const ANSWER_MS = 5_000;
const NO_TOKEN =
  'this home was made before the console could ask the auditor, or lost the token for it (`decisions:read`, ' +
  '`quarantine:read`): `scripts/liaison init --demo --force` makes it anew, and empty';

export function createAuditorClient({ url, token }: ClientDeps): AuditorClient {
  return {
    get: async (path, query) => {
      const secret = token();
      if (secret === undefined) throw fail('config-invalid', NO_TOKEN);
      const response = await request(`${url}${path}?${new URLSearchParams(query)}`, secret);
      const body: unknown = await response.json().catch(() => undefined);
      if (response.ok) return body;
      throw problemOf(response.status, body);
    },
  };
}

async function request(address: string, secret: string): Promise<Response> {
  try {
    const headers = { authorization: `Bearer ${secret}` };
    return await fetch(address, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    throw fail('auditor-silent', 'the auditor does not answer');
  }
}

function problemOf(status: number, body: unknown): Error {
  const { code, detail } = Object(body) as { readonly code?: unknown; readonly detail?: unknown };
  // Whoever asked the console is known to it: that the auditor does not know the console is nothing of theirs.
  if (status === 401 || status === 403)
    return fail('config-invalid', 'the auditor does not take the token of the console');
  if (status >= 500 || typeof detail !== 'string') return fail('auditor-silent', 'the auditor is not ready');
  return fail(parseCode(code), detail);
}
