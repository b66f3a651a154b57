import { noticeIdOf, type OrgId, parseNoticeId, parseOrgId } from '../../shared/kernel/ids.js';
import { splitHashes } from '../../shared/store/split-hashes.js';
import type { HeldAction } from '../../shared/ledger/held/held-action.js';
import type { OwnPart } from '../../shared/ledger/record-own-parts.js';
import type { InboxRow } from '../../shared/store/gateway/gateway-inbox.js';
import { hashCopy } from '../../shared/trust/copy-digests.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { claimedApprovers } from '../../shared/trust/signers/notice-approval.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import type { Pack, PackRecord } from '../../shared/verify/pack.js';
import { packPlaceOf, shownRecordOf } from '../../shared/verify/pack-parts.js';
import { frames } from '../../shared/wire/frames.js';
import type { EvidenceDeps } from './own-pack.js';

/** Returns the evidence about a held notice: what this organisation was shown and given, and what it signed. */
export function heldPack({ identity, store }: EvidenceDeps, row: InboxRow): Pack {
  const originator = parseOrgId(row.originator);
  const { org: recipient } = identity;
  const actions = JSON.parse(row.actions ?? '[]') as readonly HeldAction[];
  const { frame } = Object(claimsIn(row.statement)) as { readonly frame: string };
  const kept = store.inbox.deliveries(originator, frame).find(({ statement }) => statement === row.statement);
  return {
    kind: 'pack',
    originator,
    notice: parseNoticeId(row.id),
    recipient,
    directory: showDirectory(identity.directory.current().frame, {
      organisations: new Set<string>([originator, recipient]),
      persons: new Set(claimedApprovers([row])),
    }),
    notices: [
      {
        number: row.number,
        digest: hashCopy(row.sdJwt)?.digest ?? '',
        sdJwt: row.sdJwt,
        submission: null,
      },
    ],
    records: [...recordsIn(row), ...actions.map(recordOf)],
    deliveries: [deliveryOf(row, recipient, kept?.receipt ?? null)],
    changes: [],
    actions: actions.map(({ statement, leaf }) => ({ statement, leaf })),
    recalls: [],
  };
}

/** The parts about the notice in the records that its delivery rests on. */
function recordsIn({ proofs, id }: InboxRow): readonly PackRecord[] {
  const isShown = (part: OwnPart): boolean =>
    (part.type === 'share' || part.type === 'unshare') && noticeIdOf(part.jti) === id;
  return frames.delivery.decode(proofs).records.flatMap((proof) => shownRecordOf(proof, isShown) ?? []);
}

/** The record that handed an action over. */
function recordOf({ shown: { statement, ...part } }: HeldAction): PackRecord {
  return { statement, shown: [part], whole: null, proof: null };
}

function deliveryOf(
  { statement, proofs, leaves, leaf, number, delivered }: InboxRow,
  recipient: OrgId,
  receipt: string | null,
): Pack['deliveries'][number] {
  const { seed } = frames.delivery.decode(proofs);
  const hashes = splitHashes(leaves);
  const place = packPlaceOf({ number, index: leaf, disclosed: delivered, seed, leaves: hashes });
  return { recipient, statement, receipt, places: [place] };
}
