import { fail, parseCode } from '../../shared/kernel/errors.js';
import type { CosignQuestion } from '../../shared/wire/cosign-question.js';
import { fetchAuditor } from './auditor-http.js';

/** Passes a cosignature on to the auditor. Throws `unreachable`, or the code for which the auditor refuses it. */
export type SendCosignature = (cosignature: CosignQuestion) => Promise<void>;

const TIMEOUT_MS = 10_000;

/** Creates the client of the auditor's HTTP API; `token` has the scope `log:cosign`. */
export function createSendCosignature(url: string, token: string): SendCosignature {
  return async (cosignature) => {
    const response = await fetchAuditor(`${url}/v1/cosignatures`, token, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(cosignature),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return;
    const { code } = Object(await response.json().catch(() => undefined)) as { readonly code?: unknown };
    const what = `the auditor answered ${response.status} to a cosignature`;
    // 401 and 403 are about the token of this router, not about the cosignature of the asker.
    const isAnswered = response.status < 500 && response.status !== 401 && response.status !== 403;
    throw fail(isAnswered ? parseCode(code) : 'unreachable', what);
  };
}
