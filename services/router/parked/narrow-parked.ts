import { fail } from '../../shared/kernel/errors.js';
import { noticeIdOf } from '../../shared/kernel/ids.js';
import type { Because } from '../../shared/notice/because.js';
import type { MemberRecord } from '../../shared/ledger/delivery/record-proof.js';
import type { SharePart } from '../../shared/ledger/record-own-parts.js';
import type { DecisionPart, NoticePart } from '../../shared/ledger/record-parts.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { Delivered, Verified } from '../../shared/trust/open-notice.js';
import { answeredOn, framesOf } from '../frames/answered.js';
import { disclosedBy } from '../frames/disclosures-of.js';
import { decideNow, narrowTo } from '../frames/decide-now.js';
import { isPastOwnEnd, isWithoutExtension } from '../actions/missing-extension.js';
import { type DeliveryAddress, shownTo } from '../frames/deliver-or-park.js';
import { narrowerThanShare } from '../frames/narrower-than-share.js';
import { isEndedOnLedger } from '../actions/registers-of.js';
import type { Hub, Snapshot } from '../hub.js';
import { type HandedCopy, isHandedOwed } from './handed-in-copy.js';
import { noticePartOf, recordedIn } from '../ledger/projection.js';
import { proverOf } from '../frames/recorded-reports.js';
import { type NarrowedNotice, recordNarrowing } from './record-narrowing.js';

/** A parked copy whose statement, records and notices verify. */
export interface Parked extends DeliveryAddress {
  readonly bytes: Uint8Array;
  readonly snapshot: Snapshot;
  /** The originator's last ledger sequence, read before anything else. */
  readonly position: number;
  /** What the copy shows of the records that it rests on. */
  readonly records: readonly MemberRecord[];
  readonly items: readonly ParkedItem[];
  /** The actions and requests of the copy that may leave now. */
  readonly handed: HandedCopy;
  /** How many actions and requests the copy has. */
  readonly handedCount: number;
}

/** One notice of a parked copy. */
export interface ParkedItem {
  readonly share: SharePart;
  /** The notice, or why it can never be delivered again. */
  readonly notice: Verified<Delivered> | 'ended' | 'key-revoked';
}

/** What of a parked copy may still be delivered. */
export interface NarrowedCopy {
  /** The records that a delivery rests on now. */
  readonly records: readonly MemberRecord[];
  /** The notices of the copy that can be delivered, by `jti`. */
  readonly notices: ReadonlyMap<string, Verified<Delivered>>;
  /** The decisions about the notices that are delivered. */
  readonly left: readonly { readonly kind: string; readonly decision: DecisionPart }[];
  /** The actions and requests that are handed over with the notices. */
  readonly handed: HandedCopy;
  /** True when the copy can be delivered unchanged, under the statement that it has. */
  readonly isSame: boolean;
}

interface Judged {
  readonly item: ParkedItem;
  readonly part: NoticePart;
  readonly decision: DecisionPart;
  /** True when the decision leaves the recipient less than the records of the frame do. */
  readonly isNarrower: boolean;
}

/**
 * Decides the notices of a parked copy again, and records and reports what became narrower before anything
 * leaves (docs/architecture.md#rule-3). Resolves with all that the records then leave to the recipient:
 * nothing when the ledger does not have the records of the copy, or when the recipient has answered
 * everything in it.
 */
export async function narrowParked(hub: Hub, parked: Parked): Promise<NarrowedCopy> {
  const { originator: org, frame: id, recipient } = parked;
  const jtis = parked.items.map(({ share }) => share.jti);
  const answered = answeredOn(hub.store, { org, ids: framesOf(hub.store, { org, id }, jtis) });
  // A copy that IN stored but did not confirm in time was parked as well: a receipt shows that it arrived.
  const isOwed =
    parked.items.some(({ share }) => !answered(share).has(recipient)) ||
    parked.handed.blocked.length > 0 ||
    isHandedOwed(hub, parked, parked.handed);
  const records = isOwed ? await recordsFor(hub, parked) : [];
  const shares = sharesLeft(records.map(({ parts }) => parts));
  const judged =
    records.length === 0 ? [] : parked.items.flatMap((item) => judge(hub, parked, { item, shares }));
  const narrower = judged.filter(({ isNarrower }) => isNarrower);
  const isNarrower = records.length > 0 && narrower.length + parked.handed.blocked.length > 0;
  const narrowing = isNarrower
    ? [
        await recordNarrowing(hub, parked, {
          narrower: narrower.map(narrowedOf),
          unacts: parked.handed.blocked,
        }),
      ]
    : [];
  if (!isNarrower) await hub.ledger.confirm({ org, position: parked.position });
  return copyOf(parked, judged, [...records, ...shownTo(recipient, narrowing)]);
}

/** A notice that can never be delivered again has no share left. */
function narrowedOf({ part, decision, item: { notice } }: Judged): NarrowedNotice {
  return typeof notice === 'string'
    ? { part, decision }
    : { part, decision, disclosedOf: disclosedBy(notice) };
}

function copyOf(parked: Parked, judged: readonly Judged[], records: readonly MemberRecord[]): NarrowedCopy {
  const notices = parked.items.flatMap(({ share, notice }) =>
    typeof notice === 'string' ? [] : [[share.jti, notice] as const],
  );
  const shares = new Set(sharesLeft(records.map(({ parts }) => parts)).map(({ jti }) => jti));
  const left = judged
    .filter(({ part }) => shares.has(part.jti))
    .map(({ part, decision }) => ({ kind: part.attributes.kind, decision }));
  const inCopy = parked.records.map(({ digest }) => digest);
  const { handed } = parked;
  const isSame =
    inCopy.length === records.length &&
    records.every(({ digest }, at) => digest === inCopy[at]) &&
    // A notice past its own end needs a statement signed after that end: then its recipient waits for the extension.
    !judged.some(({ part }) => isPastOwnEnd(part, parked.snapshot.now)) &&
    handed.actions.size + handed.requests.size === parked.handedCount;
  return { records, notices: new Map(notices), left, handed: records.length > 0 ? handed : NOTHING, isSame };
}

const NOTHING: HandedCopy = { actions: new Map(), requests: new Map(), blocked: [] };

/**
 * Reads what the ledger's reports on the frame show the recipient; empty when the copy does not rest on the
 * routing report of the ledger. Throws `not-ready` while a report cannot be read.
 */
async function recordsFor(hub: Hub, parked: Parked): Promise<readonly MemberRecord[]> {
  const { originator, frame, recipient } = parked;
  const known = new Map(parked.records.map((record) => [record.digest, record]));
  const recorded = hub.store.shares.recordsOf(originator, frame);
  const about = recorded.filter((record) => record.isAbout(recipient));
  const [routing] = about;
  if (routing === undefined || !known.has(routing.digest)) return [];
  const proofs = about.map(async (record): Promise<readonly MemberRecord[]> => {
    const proof = known.get(record.digest);
    if (proof !== undefined) return [proof];
    const bytes = await hub.recordBytes(record);
    if (bytes === undefined) throw fail('not-ready', 'a record on a parked copy cannot be read');
    return shownTo(recipient, [proverOf(bytes)]);
  });
  return (await Promise.all(proofs)).flat();
}

/**
 * Judges one notice of a parked copy; empty when the ledger has no such notice, or no decision on it for the
 * recipient.
 */
function judge(
  { store }: Hub,
  parked: Parked,
  { item, shares }: { readonly item: ParkedItem; readonly shares: readonly SharePart[] },
): readonly Judged[] {
  const { originator, recipient, snapshot } = parked;
  const known = store.notices.byJti(originator, item.share.jti);
  if (known === undefined || known.digest !== item.share.digest) return [];
  const recorded = recordedIn(known).decisions.find(({ to }) => to === recipient);
  if (recorded === undefined) return [];
  const part = noticePartOf(known);
  const { jti, exp } = part;
  const id = noticeIdOf(jti);
  const leaving = { originator, recipient, jti, exp };
  const isOver =
    known.number < store.notices.newestNumber(originator, id) ||
    isEndedOnLedger(store, originator, id) ||
    isWithoutExtension({ store }, snapshot, leaving);
  const because = denialReason(item, known, isOver);
  const asked = { part, snapshot, recipients: [recipient] };
  const now = decideNow(because === undefined ? asked : { ...asked, because });
  const decision = narrowTo(recorded, now);
  const narrowed = narrowerThanShare(part, decision, shares);
  return [{ item, part, decision: narrowed ?? decision, isNarrower: narrowed !== undefined }];
}

function denialReason({ notice }: ParkedItem, known: KnownNotice, isOver: boolean): Because | undefined {
  if (typeof notice === 'string') return notice;
  return isOver || known.state === 'ended' ? 'ended' : undefined;
}
