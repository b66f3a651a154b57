import {
  noticeIdOf,
  type OrgId,
  parseNoticeId,
  parseOrgId,
  revisionNumberOf,
} from '../../shared/kernel/ids.js';
import type { HeldAction } from '../../shared/ledger/held/held-action.js';
import type { OwnPart } from '../../shared/ledger/record-own-parts.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import type { InboxRow } from '../../shared/store/gateway/gateway-inbox.js';
import type { DeliveredAbout } from '../../shared/store/gateway/answers/evidence-rows.js';
import { splitHashes } from '../../shared/store/split-hashes.js';
import { digest } from '../../shared/trust/digest.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { claimedApprovers } from '../../shared/trust/signers/notice-approval.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import type { Pack, PackDelivery, PackNotice, PackPlace, PackRecord } from '../../shared/verify/pack.js';
import { mergeShown, packPlaceOf, shownRecordOf } from '../../shared/verify/pack-parts.js';
import { type DeliveryFrame, frames, type RecordProof } from '../../shared/wire/frames.js';
import { operatorsOf, recallsIn } from './delivered-recalls.js';
import type { EvidenceDeps } from './own-pack.js';

/** Names a notice of another organisation. */
interface HeldName {
  readonly originator: string;
  readonly id: string;
}

/**
 * Returns the evidence about a notice of another organisation: what this one was shown and given of it, and what it signed,
 * its answers to actions included. It has the content that is held and shown now: none of a suspended notice, of an earlier
 * revision, and of one that has ended. Undefined if nothing of the notice was delivered, or once that is forgotten.
 */
export function heldPack(
  { identity, store }: EvidenceDeps,
  { originator: named, id }: HeldName,
): Pack | undefined {
  const kept = store.evidence.deliveredAbout(named, id);
  if (kept.length === 0) return undefined;
  const originator = parseOrgId(named);
  const { org: recipient } = identity;
  const opened = kept.map((one) => ({ ...one, delivery: frames.delivery.decode(one.proofs) }));
  const row = store.inbox.find(named, id);
  const actions = JSON.parse(row?.actions ?? '[]') as readonly HeldAction[];
  const isShown = isAbout(id, { kept, actions });
  const proofs = opened.flatMap(({ delivery }) => delivery.records);
  const recalls = opened.flatMap(({ statement, delivery }) => recallsIn(delivery, { recipient, statement }));
  const notices = noticesIn(proofs, id, row);
  return {
    kind: 'pack',
    originator,
    notice: parseNoticeId(id),
    recipient,
    directory: showDirectory(identity.directory.current().frame, {
      organisations: new Set<string>([originator, recipient]),
      persons: new Set([...operatorsOf(recalls), ...claimedApprovers(notices)]),
    }),
    notices,
    records: mergeShown([
      ...proofs.flatMap((proof) => shownRecordOf(proof, isShown) ?? []),
      ...actions.map(recordOf),
    ]),
    deliveries: opened.map((one) => deliveryOf(one, { recipient, id })),
    changes: [],
    actions: actions.map(({ statement, leaf }) => ({ statement, leaf })),
    recalls,
  };
}

interface AboutParams {
  readonly kept: readonly DeliveredAbout[];
  readonly actions: readonly HeldAction[];
}

/** Creates the function that tells the own parts about a notice, and about the actions on it that were answered. */
function isAbout(id: string, { kept, actions }: AboutParams): (part: OwnPart) => boolean {
  const answered = kept.flatMap(({ receipt }) => (claimsIn(receipt) as OwnReceipt).actions);
  const acts = new Set([
    ...answered.flatMap((one) => (one.id === id ? [one.digest] : [])),
    ...actions.map(({ statement }) => digest(statement)),
  ]);
  return (part) => {
    if (part.type === 'share' || part.type === 'unshare') return noticeIdOf(part.jti) === id;
    return (part.type === 'act' || part.type === 'unact') && acts.has(part.digest);
  };
}

/** The claims of a receipt that this gateway wrote itself. */
interface OwnReceipt {
  readonly actions: readonly { readonly digest: string; readonly id: string }[];
}

/** The record that handed an action over. */
function recordOf({ shown: { statement, ...part } }: HeldAction): PackRecord {
  return { statement, shown: [part], whole: null, proof: null };
}

/** Returns the revisions that the records name, oldest first, the shown one with its content. */
function noticesIn(
  proofs: readonly RecordProof[],
  id: string,
  row: Pick<InboxRow, 'number' | 'sdJwt'> | undefined,
): readonly PackNotice[] {
  const named = new Map<number, PackNotice>();
  for (const part of proofs.flatMap(ownPartsOf))
    if ((part.type === 'share' || part.type === 'unshare') && noticeIdOf(part.jti) === id) {
      const number = revisionNumberOf(part.jti);
      const sdJwt = number === row?.number ? row.sdJwt : null;
      named.set(number, { number, digest: part.digest, sdJwt, submission: null });
    }
  return [...named.values()].toSorted((a, b) => a.number - b.number);
}

interface OpenedDelivered extends DeliveredAbout {
  readonly delivery: DeliveryFrame;
}

function deliveryOf(
  one: OpenedDelivered,
  { recipient, id }: { readonly recipient: OrgId; readonly id: string },
): PackDelivery {
  const { statement, receipt } = one;
  return { recipient, statement, receipt, places: placesIn(one, id) };
}

/** Returns the place of each revision of a notice in a delivery. */
function placesIn(
  { frame, leaves, delivery: { records, seed } }: OpenedDelivered,
  id: string,
): readonly PackPlace[] {
  // Records of other frames bring only actions, which have no place.
  const own = records.filter(
    ({ statement }) => (claimsIn(statement) as { readonly frame: string }).frame === frame,
  );
  const hashes = splitHashes(leaves);
  return sharesLeft(own.map(ownPartsOf)).flatMap(({ jti, disclosed }, index) => {
    if (noticeIdOf(jti) !== id || hashes[index] === undefined) return [];
    return [packPlaceOf({ number: revisionNumberOf(jti), index, disclosed, seed, leaves: hashes })];
  });
}

function ownPartsOf({ own }: RecordProof): readonly OwnPart[] {
  return own.map(({ part }) => JSON.parse(Buffer.from(part).toString('utf8')) as OwnPart);
}
