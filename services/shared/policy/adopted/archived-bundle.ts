import type { Digest } from '../policies.js';
import type { PolicyBundle } from './bundle.js';
import { unpackBundle } from './packed-bundle.js';

/** A client of the auditor. */
interface Auditor {
  readonly bytes: (path: string) => Promise<Uint8Array>;
}

/** Fetches a bundle from the auditor's archive by its digest. Rejects as `Auditor.bytes` and `unpackBundle` do. */
export async function fetchArchived(auditor: Auditor, named: string, digest: Digest): Promise<PolicyBundle> {
  return unpackBundle(await auditor.bytes(`/v1/policies/${named}`), named, digest);
}
