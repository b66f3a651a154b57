import { fail, LiaisonError, parseCode } from '../../shared/kernel/errors.js';
import type { CosignQuestion } from '../../shared/wire/cosign-question.js';

/** Passes a cosignature on to the auditor. Throws `unreachable`, or the code for which the auditor refuses it. */
export type SendCosignature = (cosignature: CosignQuestion) => Promise<void>;

const TIMEOUT_MS = 10_000;

/** Creates the client of the auditor's HTTP API; `token` has the scope `log:cosign`. */
export function createSendCosignature(url: string, token: string): SendCosignature {
  return async (cosignature) => {
    const response = await post(`${url}/v1/cosignatures`, token, cosignature);
    if (response.ok) return;
    const { code } = Object(await response.json().catch(() => undefined)) as { readonly code?: unknown };
    const what = `the auditor answered ${response.status} to a cosignature`;
    // 401 and 403 are about the token of this router, not about the cosignature of the asker.
    const isAnswered = response.status < 500 && response.status !== 401 && response.status !== 403;
    throw fail(isAnswered ? parseCode(code) : 'unreachable', what);
  };
}

async function post(url: string, token: string, body: object): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new LiaisonError('unreachable', 'the auditor does not answer', { cause });
  }
}
