import { fail } from '../../shared/kernel/errors.js';
import { floorLog2 } from '../../shared/tlog/frontier.js';
import { consistencyProof, type NodeReader } from '../../shared/tlog/tree-proof.js';
import { isPerfect, rootsOfProof, type TreeHead } from '../../shared/tlog/verify-proof.js';

/**
 * Returns the root that the log of a checkpoint has at an earlier size, above 0, from the hashes of its tiles; these need not be
 * verified, because they must lead to the root of the checkpoint. Throws `digest-mismatch` if they do not.
 */
export async function provedRoot(from: number, head: TreeHead, read: NodeReader): Promise<Uint8Array> {
  if (from === head.size) return head.root;
  const proof = await consistencyProof({ from, to: head.size }, read);
  const first = isPerfect(from) ? [await read({ height: floorLog2(from), index: 0 })] : [];
  const roots = rootsOfProof({ from, to: head.size }, [...first, ...proof]);
  if (roots !== undefined && Buffer.from(roots.current).equals(head.root)) return roots.old;
  throw fail(
    'digest-mismatch',
    `the tiles of the auditor do not lead to its checkpoint of ${head.size} entries`,
  );
}
