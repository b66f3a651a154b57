import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { expectedOf } from '../../shared/ledger/action.js';
import { parseActionClaims } from '../../shared/ledger/action-claims.js';
import { RECALL_REASON, verifyRecall } from '../../shared/ledger/recall.js';
import type { OwnEnd } from '../../shared/store/gateway/gateway-end.js';
import { verifyJws } from '../../shared/trust/jws.js';
import type { ShownEnd } from '../../shared/wire/shown-standing.js';
import type { OwnIdentity } from '../identity.js';
import { provedOrUndefined } from './proved-or-undefined.js';

type ProvedEnd = Pick<OwnEnd, 'ending' | 'reason'>;

/**
 * Returns how an own notice ended; undefined for one that lives, and for an end without its proof, because an end erases the
 * content. A withdrawal by a revoked key proves nothing: a thief of the key can sign one with a time before the revocation.
 */
export async function provedEnd(
  identity: OwnIdentity,
  id: string,
  end: ShownEnd | null,
): Promise<ProvedEnd | undefined> {
  const [first, second] = end?.proof ?? [];
  if (first === undefined) return undefined;
  return provedOrUndefined(async () => {
    if (end?.verb === 'withdraw') return withdrawnBy(identity, id, first);
    if (end?.verb === 'cancel' && second !== undefined) return recalledBy(identity, id, [first, second]);
    return undefined;
  });
}

async function withdrawnBy(
  { directory, clock, org }: OwnIdentity,
  id: string,
  statement: string,
): Promise<ProvedEnd | undefined> {
  const by = { directory: directory.current(), originator: org, now: clock() };
  const action = parseActionClaims((await verifyJws(statement, expectedOf(by))).payload);
  if (action.verb !== 'withdraw' || action.id !== id) return undefined;
  return { ending: 'withdrawn', reason: action.reason ?? null };
}

async function recalledBy(
  { directory, clock, org }: OwnIdentity,
  id: string,
  [proposal, record]: readonly [string, string],
): Promise<ProvedEnd | undefined> {
  const records = { proposal: decodeBase64url(proposal), record: decodeBase64url(record) };
  const recall = await verifyRecall(records, { directory: directory.current(), now: clock() });
  if (recall.originator !== org || recall.id !== id) return undefined;
  return { ending: 'cancelled', reason: RECALL_REASON };
}
