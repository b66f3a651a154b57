/** What the console refused, in its own words. `status` 0: it did not answer. */
export interface ApiProblem {
  readonly status: number;
  /** Of our table of errors; empty when it did not answer. */
  readonly code: string;
  readonly detail: string;
}

export type ApiResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ApiProblem };

/** Asks the console's API on the address that the page came from. Never throws. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<ApiResult<T>> {
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

export function post<T>(path: string, body: unknown): Promise<ApiResult<T>> {
  const headers = { 'content-type': 'application/json' };
  return ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
}
