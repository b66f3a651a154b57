import { fail, LiaisonError, parseCode } from '../../shared/kernel/errors.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import { packBundle, unpackBundle } from '../../shared/policy/adopted/packed-bundle.js';
import { digest } from '../../shared/trust/digest.js';

/** The auditor's archive of the bundles of policies that routers adopted. */
export interface PolicyArchiveClient {
  /** Stores a bundle. Rejects with `unreachable`, `oversize`, `full` or another code of the auditor. */
  put(bundle: PolicyBundle): Promise<void>;
  /**
   * Returns a bundle by its digest; undefined when the auditor does not have it. Rejects with `unreachable`, and with
   * `digest-mismatch` for other bytes than those of the digest.
   */
  get(named: string): Promise<PolicyBundle | undefined>;
  /** True when the auditor has the bundle. Rejects with `unreachable` or another code of the auditor. */
  has(named: string): Promise<boolean>;
}

const TIMEOUT_MS = 20_000;

/** Creates a client of the auditor; `token` has the scopes `policies:read` and `policies:write`. */
export function createPolicyArchiveClient(url: string, token: string): PolicyArchiveClient {
  const call = async (named: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/gzip' };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return fetch(`${url}/v1/policies/${named}`, { ...init, headers, signal });
  };
  const asked = async (named: string, method: 'GET' | 'HEAD'): Promise<Response | undefined> => {
    const response = await call(named, { method });
    if (response.status === 404) return undefined;
    if (!response.ok) throw await refusalOf(response);
    return response;
  };
  return {
    put: async (bundle) => {
      const body = Buffer.from(await packBundle(bundle));
      await answered(async () => {
        const response = await call(bundle.digest, { method: 'PUT', body });
        if (!response.ok) throw await refusalOf(response);
      });
    },
    get: async (named) => {
      const packed = await answered(async () => {
        const response = await asked(named, 'GET');
        return response === undefined ? undefined : Buffer.from(await response.arrayBuffer());
      });
      return packed === undefined ? undefined : unpackBundle(packed, named, digest);
    },
    has: (named) => answered(async () => (await asked(named, 'HEAD')) !== undefined),
  };
}

/** Rethrows the errors of the auditor; every other failure is `unreachable`. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof LiaisonError) throw cause;
    throw new LiaisonError('unreachable', 'the auditor does not answer', { cause });
  }
}

async function refusalOf(response: Response): Promise<LiaisonError> {
  const body: unknown = await response.json().catch(() => undefined);
  const { code } = Object(body) as { readonly code?: unknown };
  const what = `the auditor answered ${response.status} about a bundle of policies`;
  return response.status >= 500 && code === undefined
    ? fail('unreachable', what)
    : fail(parseCode(code), what);
}
