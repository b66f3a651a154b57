import { noticeIdOf, type OrgId, parseNoticeId } from '../../shared/kernel/ids.js';
import { createRecordProver } from '../../shared/ledger/delivery/record-proof.js';
import type { OwnPart, SharePart } from '../../shared/ledger/record-own-parts.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { digest } from '../../shared/trust/digest.js';
import { showDirectory } from '../../shared/trust/directory/shown-directory.js';
import { claimedApprovers } from '../../shared/trust/signers/notice-approval.js';
import type { Pack, PackAction, PackNotice, PackRecord } from '../../shared/verify/pack.js';
import { packActionTo, shownRecordOf } from '../../shared/verify/pack-parts.js';
import { frames } from '../../shared/wire/frames.js';
import { withOnly } from '../holding/change-copy.js';
import { requireSet } from '../signed-parts.js';
import { ownDeliveries } from './own-deliveries.js';
import { changesOf, type EvidenceDeps, ownEvidence, ownRecalls } from './own-pack.js';

/**
 * Returns the evidence about an own notice and one recipient: what the hub showed that recipient of each record, the copy
 * that it was given, and what it signed. Undefined for an unknown notice.
 */
export function pairPack({ identity, store }: EvidenceDeps, id: string, recipient: OrgId): Pack | undefined {
  const own = ownEvidence(store, id);
  if (own === undefined) return undefined;
  const { org: originator } = identity;
  const bytes = own.frames
    .flatMap(({ number }) => store.settlement.recordsOn(number))
    .map((one) => one.bytes);
  const meant = bytes.flatMap((record) => handedIn(record, store, { id, recipient }));
  const { records, shares, handed } = shownTo(bytes, { recipient, id, actions: meant });
  const { recalls, operators } = ownRecalls(store, originator, id);
  const notices = own.revisions.flatMap(({ seq, number, digest: named }) => {
    const share = shares.findLast(({ jti }) => jti === `${id}.${number}`);
    return share === undefined ? [] : [givenNotice(store, { seq, number, digest: named, share })];
  });
  const directory = showDirectory(identity.directory.current().frame, {
    organisations: new Set([originator, recipient]),
    persons: new Set([...operators, ...claimedApprovers(notices)]),
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

interface GivenParams extends Pick<PackNotice, 'number' | 'digest'> {
  readonly seq: number;
  readonly share: SharePart;
}

/** A revision with the sections that the recipient was given. */
function givenNotice({ own }: GatewayStore, { seq, number, digest: named, share }: GivenParams): PackNotice {
  const whole = own.sdJwt(seq);
  const sdJwt = whole === undefined ? null : withOnly(whole, share.sections);
  return { number, digest: named, sdJwt, submission: null };
}

interface ShownParams {
  readonly recipient: OrgId;
  readonly id: string;
  readonly actions: readonly PackAction[];
}

interface Shown {
  readonly records: readonly PackRecord[];
  readonly shares: readonly SharePart[];
  /** Digests of the actions that a record hands to the recipient. */
  readonly handed: ReadonlySet<string>;
}

/** Returns the parts of the records that are about the notice, as the recipient is shown them. */
function shownTo(records: readonly Uint8Array[], { recipient, id, actions }: ShownParams): Shown {
  const named = new Set(actions.map(({ statement }) => digest(statement)));
  const [shares, handed]: [SharePart[], Set<string>] = [[], new Set()];
  const isShown = (part: OwnPart): boolean => {
    if (part.type === 'act' || part.type === 'unact') {
      if (part.type === 'act' && named.has(part.digest)) handed.add(part.digest);
      return named.has(part.digest);
    }
    if ((part.type !== 'share' && part.type !== 'unshare') || noticeIdOf(part.jti) !== id) return false;
    if (part.type === 'share') shares.push(part);
    return true;
  };
  const shown = records.flatMap((record) => {
    const proof = createRecordProver(requireSet(frames.record.decode(record).statement))(recipient)?.proof;
    return (proof && shownRecordOf(proof, isShown)) ?? [];
  });
  return { records: shown, shares, handed };
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
