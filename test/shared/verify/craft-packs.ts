import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { noticeIdOf, type OrgId } from '../../../services/shared/kernel/ids.js';
import type { OwnPart } from '../../../services/shared/ledger/record-own-parts.js';
import { showDirectory } from '../../../services/shared/trust/directory/shown-directory.js';
import { redact } from '../../../services/shared/trust/redact.js';
import type { Pack, PackAction } from '../../../services/shared/verify/pack.js';
import { packLeafOf, shownRecordOf, wholeRecordOf } from '../../../services/shared/verify/pack-parts.js';
import { AFRIPOL, EUROPOL, type Evidence, INTERPOL, proofOf } from './craft-evidence.js';

/** The pack of europol about all recipients. */
export function wholePack(evidence: Evidence): Pack {
  const { id, notice, text, submission, deliveries, restricted, recall, change } = evidence;
  return {
    kind: 'pack',
    originator: EUROPOL,
    notice: id,
    recipient: null,
    directory: shownTo(evidence, [EUROPOL, AFRIPOL, INTERPOL]),
    notices: [{ number: notice.number, digest: notice.digest, sdJwt: text, submission }],
    records: [evidence.routing, evidence.restricting].map(({ bytes }) => wholeRecordOf(bytes)),
    deliveries: [
      ...[deliveries.afripol, deliveries.interpol, restricted].map(({ recipient, receipt, places }) => ({
        recipient,
        statement: null,
        receipt,
        places,
      })),
      { recipient: AFRIPOL, statement: null, receipt: recall.receipt, places: [] },
    ],
    changes: [{ recipient: AFRIPOL, change }],
    actions: [],
    recalls: [recallIn(evidence)],
  };
}

/** The pack of afripol, which holds the notice without the restricted section. */
export function heldPack(evidence: Evidence): Pack {
  const { id, notice, given, deliveries, restricted, recall, change } = evidence;
  const isShown = (part: OwnPart): boolean =>
    part.type === 'act' || (part.type === 'share' && noticeIdOf(part.jti) === id);
  const records = [evidence.routing, evidence.restricting].map((record) =>
    shownRecordOf(proofOf(record, AFRIPOL), isShown),
  );
  const left = given.afripol.filter((section) => section !== 'narrative');
  const delivered = [deliveries.afripol, restricted].map(({ recipient, delivery, receipt, places }) => ({
    recipient,
    statement: delivery.statement,
    receipt,
    places,
  }));
  return {
    kind: 'pack',
    originator: EUROPOL,
    notice: id,
    recipient: AFRIPOL,
    directory: shownTo(evidence, [EUROPOL, AFRIPOL]),
    notices: [
      {
        number: notice.number,
        digest: notice.digest,
        sdJwt: redact(notice, left).text,
        submission: null,
      },
    ],
    records: records.flatMap((record) => record ?? []),
    deliveries: [
      ...delivered,
      { recipient: AFRIPOL, statement: recall.statement, receipt: recall.receipt, places: [] },
    ],
    changes: [{ recipient: AFRIPOL, change }],
    actions: [handedIn(evidence)],
    recalls: [recallIn(evidence)],
  };
}

function handedIn({ restricted }: Evidence): PackAction {
  const [item] = restricted.delivery.items;
  const { statement, leaf, index, path } = item!.action!;
  return { statement, leaf: { ...packLeafOf(leaf!), index, path: path.map(encodeBase64url) } };
}

function recallIn({ recall: { proposal, record, statement } }: Evidence): Pack['recalls'][number] {
  return {
    recipient: AFRIPOL,
    statement,
    proposal: encodeBase64url(proposal.bytes),
    record: encodeBase64url(record.bytes),
  };
}

export function shownTo({ keys }: Evidence, orgs: readonly OrgId[]): Pack['directory'] {
  return showDirectory(keys.directory.frame, {
    organisations: new Set(orgs),
    persons: new Set(['hub:operator:1', 'hub:operator:2']),
  });
}
