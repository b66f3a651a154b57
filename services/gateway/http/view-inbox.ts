import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail } from '../../shared/kernel/errors.js';
import { splitHashes } from '../../shared/store/split-hashes.js';
import { saltAt } from '../../shared/ledger/delivery/delivery-root.js';
import { type ShownPart, showPart } from '../../shared/ledger/delivery/shown-part.js';
import type { HeldAction } from '../../shared/ledger/held/held-action.js';
import type { InboxRow } from '../../shared/store/gateway/gateway-inbox.js';
import { type Tree, treeOfHashes } from '../../shared/trust/merkle.js';
import { frames, type RecordProof } from '../../shared/wire/frames.js';
import { readStoredCopy } from './stored-copy.js';

/** A stored delivery, ready to prove single notices of it. */
interface ProvenDelivery {
  readonly proofs: Uint8Array;
  readonly seed: Uint8Array;
  readonly tree: Tree;
  /**
   * For each record, the function that returns its part about the notice with this `jti`; undefined without
   * one.
   */
  readonly records: readonly ((jti: string) => ShownPart | undefined)[];
}

/** Creates the view of held notices. It keeps the last delivery open, as neighbouring rows often come from one delivery. */
export function createInboxView() {
  let delivery: ProvenDelivery | undefined;
  return (row: InboxRow) => {
    if (delivery === undefined || Buffer.compare(delivery.proofs, row.proofs) !== 0)
      delivery = openStored(row);
    return viewHeld(row, delivery);
  };
}

function openStored({ proofs, leaves }: InboxRow): ProvenDelivery {
  const { seed, records } = frames.delivery.decode(proofs);
  const hashes = splitHashes(leaves);
  return { proofs, seed, tree: treeOfHashes(hashes), records: records.map(createPartReader) };
}

/** Creates the function that returns the part of a record about one notice. */
function createPartReader(record: RecordProof): ProvenDelivery['records'][number] {
  const named = record.own.map(({ part }) => {
    const { jti } = JSON.parse(Buffer.from(part).toString('utf8')) as { readonly jti?: string };
    return jti;
  });
  return (jti) => showPart(record, named.indexOf(jti));
}

/**
 * Shows a held notice. `withheld` are the sections that its records advertise as withheld. `raw` is what a caller needs to
 * verify it: the originator's signature, the hub's statement, the proof that it speaks of this notice, what the hub's records
 * say of it, and the actions that changed it since.
 */
function viewHeld(row: InboxRow, { seed, tree, records }: ProvenDelivery) {
  const { originator, id, number, kind, sdJwt, at, seq, leaf: index, delivered, statement, actions } = row;
  const shown = records.flatMap((show) => show(`${id}.${number}`) ?? []);
  const last = shown.at(-1);
  if (last === undefined) throw fail('internal', 'a held notice has no part in its records');
  const share = JSON.parse(Buffer.from(last.part, 'base64url').toString('utf8')) as {
    readonly advertised?: readonly string[];
    readonly obligations?: unknown;
  };
  const place = {
    salt: encodeBase64url(saltAt(seed, index)),
    index,
    path: tree.path(index).map(encodeBase64url),
    disclosed: delivered,
  };
  const content = readStoredCopy(sdJwt);
  return {
    seq,
    id,
    number,
    kind,
    originator,
    ...content,
    // An unseal may have disclosed some of them since.
    withheld: (share.advertised ?? []).filter((name) => !Object.hasOwn(content.sections, name)),
    obligations: share.obligations ?? [],
    receivedAt: new Date(at).toISOString(),
    life: lifeOf(row),
    // Both were verified before the notice was stored.
    verified: { originator: true, statement: true },
    raw: { sdJwt, statement, place, shown, actions: JSON.parse(actions ?? '[]') as readonly HeldAction[] },
  };
}

/** Shows how long a held notice lives, and what changed last. */
function lifeOf({ exp, reviewAt, change, detail, statusList, statusPlace }: InboxRow) {
  const { reason = null, ...more } = JSON.parse(detail) as { readonly reason?: string | null };
  return {
    expiresAt: new Date(exp * 1000).toISOString(),
    reviewAt: reviewAt === null ? null : new Date(reviewAt).toISOString(),
    change: { name: change, reason, ...more },
    status: statusList === null ? null : { list: statusList, index: statusPlace },
  };
}
