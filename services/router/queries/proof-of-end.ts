import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { digestOfHex } from '../../shared/trust/digest.js';
import { frames } from '../../shared/wire/frames.js';
import type { Hub } from '../hub.js';
import { readRecall } from '../ledger/read-recall.js';

/**
 * Returns what proves to its originator that a notice ended: its own signed withdrawal, or the records of both commands of a
 * recall (base64url). Undefined while they cannot be read.
 */
export async function proofOfEnd(
  hub: Pick<Hub, 'store' | 'recordBytes'>,
  originator: string,
  digest: string,
): Promise<readonly string[] | undefined> {
  const action = hub.store.actions.byDigest(originator, digest);
  if (action === undefined) return undefined;
  if (action.verb !== 'cancel') return [frames.action.decode(action.bytes).statement];
  const recall = await readRecall(hub, digestOfHex(action.frame));
  return recall && [recall.proposal, recall.record].map(encodeBase64url);
}
