import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { digestOfHex } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';
import type { Hub } from '../hub.js';
import { readRecall } from '../ledger/read-recall.js';

/**
 * Reads what proves to its originator that a notice ended, by the digest of what ended it: its own signed withdrawal, or the
 * records of both commands of a recall (base64url). Undefined while they cannot be read.
 */
export type ProofOfEnd = (originator: string, digest: string) => Promise<readonly string[] | undefined>;

/** Creates the reader for one answer. After a recall that cannot be read it reads no other, for each may wait for the auditor. */
export function createProofOfEnd(hub: Pick<Hub, 'store' | 'recordBytes'>): ProofOfEnd {
  let isReadable = true;
  return async (originator, digest) => {
    const action = hub.store.actions.byDigest(originator, digest);
    if (action === undefined) return undefined;
    if (action.verb !== 'cancel') return [frames.action.decode(action.bytes).statement];
    const recall = isReadable ? await readRecall(hub, digestOfHex(action.frame)) : undefined;
    isReadable = recall !== undefined;
    return recall && [recall.proposal, recall.record].map(encodeBase64url);
  };
}
