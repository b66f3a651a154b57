import { fail } from '../../shared/kernel/errors.js';
import { noticeIdOf, revisionNumberOf, type OrgId, parseNoticeId } from '../../shared/kernel/ids.js';
import { createRecordProver } from '../../shared/ledger/delivery/record-proof.js';
import type { OwnPart } from '../../shared/ledger/record-own-parts.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { claimedApprovers } from '../../shared/trust/signers/notice-approval.js';
import type { Pack, PackAction, PackNotice, PackRecord } from '../../shared/verify/pack.js';
import { packActionTo, shownRecordOf } from '../../shared/verify/pack-parts.js';
import { frames } from '../../shared/wire/frames.js';
import { withOnly } from '../holding/change-copy.js';
import { sharesAfter, sharesOf } from '../life/own-shares.js';
import { requireSet } from '../signed-parts.js';
import { operatorsOf } from './delivered-recalls.js';
import { ownDeliveries, type OwnEvidence } from './own-deliveries.js';
import { changesOf, type EvidenceDeps, ownEvidence, ownRecalls } from './own-pack.js';

/**
 * Returns the evidence about an own notice and one recipient: what the hub showed that recipient of each record, the copy
 * that it may hold now, and what it signed. Undefined for an unknown notice. Throws `not-provable` if no record is about the
 * recipient: a denial is recorded once for all recipients to which it applies, and shown to none of them
 * (docs/adr/0023-one-part-for-equal-denials.md).
 */
export function pairPack({ identity, store }: EvidenceDeps, id: string, recipient: OrgId): Pack | undefined {
  const own = ownEvidence(store, id);
  if (own === undefined) return undefined;
  const { org: originator } = identity;
  const bytes = own.frames
    .flatMap(({ number }) => store.settlement.recordsOn(number))
    .map((one) => one.bytes);
  const meant = bytes.flatMap((record) => handedIn(record, store, { id, recipient }));
  const { records, named, handed } = shownTo(bytes, { recipient, id, actions: meant });
  requireShown(records, { recipient, isRecorded: bytes.length > 0 });
  const { recalls } = ownRecalls(store, originator, id);
  const notices = noticesTo(store, own, recipient).filter(({ number }) => named.has(number));
  const directory = showDirectory(identity.directory.current().frame, {
    organisations: new Set([originator, recipient]),
    persons: new Set([...operatorsOf(recalls), ...claimedApprovers(notices)]),
  });
  return {
    kind: 'pack',
    originator,
    notice: parseNoticeId(id),
    recipient,
    directory,
    notices,
    records,
    deliveries: ownDeliveries(store, own, recipient),
    changes: changesOf(store, own).filter((one) => one.recipient === recipient),
    actions: meant.filter(({ statement }) => handed.has(digest(statement))),
    recalls,
  };
}

interface ShownToParams {
  readonly recipient: OrgId;
  /** True once the hub has recorded anything of the notice. */
  readonly isRecorded: boolean;
}

function requireShown(records: readonly PackRecord[], { recipient, isRecorded }: ShownToParams): void {
  if (records.length > 0) return;
  throw fail(
    'not-provable',
    isRecorded
      ? `no record gives \`${recipient}\` anything of the notice: only the pack about all recipients proves what was decided`
      : 'the hub has not recorded the notice',
  );
}

/**
 * Returns each revision, the newest that the recipient may hold with the sections that it may hold now. Its file has no text of
 * an earlier revision, nor of a section that was taken back.
 */
function noticesTo(store: GatewayStore, own: OwnEvidence, recipient: OrgId): readonly PackNotice[] {
  const shares = sharesAfter(sharesOf(store, own.revisions), takenBack(store, own));
  const share = shares.find(({ org }) => org === recipient);
  return own.revisions.map(({ seq, number, digest: named }) => {
    const whole = number === share?.number ? store.own.sdJwt(seq) : undefined;
    const sdJwt = whole === undefined || share === undefined ? null : withOnly(whole, share.sections);
    return { number, digest: named, sdJwt, submission: null };
  });
}

/** Restrictions that the hub has not recorded yet. */
function takenBack({ items }: GatewayStore, { id }: OwnEvidence) {
  return items.of('', id).filter(({ verb, state }) => verb === 'restrict' && state === 'queued');
}

interface ShownParams {
  readonly recipient: OrgId;
  readonly id: string;
  readonly actions: readonly PackAction[];
}

interface Shown {
  readonly records: readonly PackRecord[];
  /** The numbers of the revisions that the parts name. */
  readonly named: ReadonlySet<number>;
  /** Digests of the actions that a record hands to the recipient. */
  readonly handed: ReadonlySet<string>;
}

/** Returns the parts of the records that are about the notice, as the recipient is shown them. */
function shownTo(records: readonly Uint8Array[], { recipient, id, actions }: ShownParams): Shown {
  const meant = new Set(actions.map(({ statement }) => digest(statement)));
  const [named, handed] = [new Set<number>(), new Set<string>()];
  const isShown = (part: OwnPart): boolean => {
    if (part.type === 'act' || part.type === 'unact') {
      if (part.type === 'act' && meant.has(part.digest)) handed.add(part.digest);
      return meant.has(part.digest);
    }
    if ((part.type !== 'share' && part.type !== 'unshare') || noticeIdOf(part.jti) !== id) return false;
    named.add(revisionNumberOf(part.jti));
    return true;
  };
  const shown = records.flatMap((record) => {
    const proof = createRecordProver(requireSet(frames.record.decode(record).statement))(recipient)?.proof;
    return (proof && shownRecordOf(proof, isShown)) ?? [];
  });
  return { records: shown, named, handed };
}

/** The actions beside a record that are about the notice and mean this recipient, each with its own leaf. */
function handedIn(
  record: Uint8Array,
  { items }: GatewayStore,
  { id, recipient }: Pick<ShownParams, 'id' | 'recipient'>,
): readonly PackAction[] {
  const { actions = [] } = frames.record.decode(record);
  const about = actions.filter(({ statement }) => items.byDigest(digest(statement))?.id === id);
  return about.flatMap((action) => packActionTo(action, recipient) ?? []);
}
