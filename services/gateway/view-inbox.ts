import { fail } from '../shared/kernel/errors.js';
import type { InboxRow } from '../shared/store/gateway-inbox.js';
import { proofsOf } from '../shared/trust/proof.js';
import { partOf } from './part.js';
import { readStoredCopy } from './read-sd-jwt.js';
import { unpackSet } from './signed-bytes.js';

/**
 * A held notice. `withheld` are the sections the statement advertises as withheld. `raw` is what a caller needs to
 * verify it alone: the originator's signature, the hub's statement, and the proof that it speaks of this notice.
 */
export function viewInbox(row: InboxRow) {
  const { originator, id, revision, number, kind, sdJwt, at, leaf, seq } = row;
  const set = unpackSet(row.delivery);
  const proof = proofsOf(set)[leaf];
  if (proof === undefined) throw fail('internal', 'a held notice has no leaf in its statement');
  const part = partOf(JSON.parse(Buffer.from(proof.part, 'base64url').toString('utf8')));
  return {
    seq,
    id,
    revision,
    number,
    kind,
    originator,
    ...readStoredCopy(sdJwt),
    withheld: part['advertised'] ?? [],
    obligations: part['obligations'] ?? [],
    receivedAt: new Date(at).toISOString(),
    // Both were verified before the notice was stored.
    verified: { originator: true, statement: true },
    raw: { sdJwt, statement: set.statement, proof },
  };
}
