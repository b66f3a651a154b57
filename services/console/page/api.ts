/** A refusal by the console's API (`application/problem+json`), or the lack of an answer: then `status` is 0. */
export interface ApiProblem {
  readonly status: number;
  /** A code of the table in `shared/kernel/errors.ts`; empty when the console did not answer. */
  readonly code: string;
  /** A sentence for people. */
  readonly detail: string;
}

/** The outcome of one request to the console's API. */
export type ApiResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ApiProblem };

/**
 * Sends a request to the console's API, on the origin of the page and with its session cookie, and resolves with the parsed
 * JSON body (undefined for 204) or the problem. Never rejects.
 */
export async function requestJson<T>(path: string, init: RequestInit = {}): Promise<ApiResult<T>> {
  try {
    const response = await fetch(path, { credentials: 'same-origin', ...init });
    const body: unknown = response.status === 204 ? undefined : await response.json();
    if (response.ok) return { ok: true, value: body as T };
    const { code, detail } = Object(body) as { readonly code?: unknown; readonly detail?: unknown };
    return { ok: false, problem: { status: response.status, code: String(code), detail: String(detail) } };
  } catch {
    return { ok: false, problem: { status: 0, code: '', detail: 'the console does not answer' } };
  }
}

/** Sends `body` as JSON in a POST request; as `requestJson` otherwise. */
export function postJson<T>(path: string, body: unknown): Promise<ApiResult<T>> {
  const headers = { 'content-type': 'application/json' };
  return requestJson<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
}
