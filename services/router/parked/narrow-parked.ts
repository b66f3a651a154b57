import type { Because } from '../../shared/notice/because.js';
import type { DeliveryPart } from '../../shared/ledger/delivery.js';
import type { DecisionPart, NoticePart, ReportPart } from '../../shared/ledger/record-parts.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { Delivered, Verified } from '../../shared/trust/open-notice.js';
import { answeredOn, framesOf } from '../frames/answered.js';
import { decideNow, narrowTo } from '../frames/decide.js';
import type { DeliveryAddress, DeliveryContent } from '../frames/deliver-or-park.js';
import type { Hub, Snapshot } from '../hub.js';
import { noticePartOf, recordedIn } from '../ledger/projection.js';
import { reportName, recordParts } from '../frames/record.js';
import { sendReports } from '../frames/report.js';

/** A parked copy whose statement and notices verify. */
export interface Parked extends DeliveryAddress {
  readonly bytes: Uint8Array;
  readonly snapshot: Snapshot;
  /** The originator's last ledger sequence, read before anything else. */
  readonly position: number;
  readonly items: readonly ParkedItem[];
}

/** One notice of a parked copy. */
export interface ParkedItem {
  readonly part: DeliveryPart;
  /** The notice, or why it can never be delivered again. */
  readonly notice: Verified<Delivered> | 'ended' | 'key-revoked';
}

/** The part of a parked copy that may still be delivered. */
export interface NarrowedCopy {
  readonly left: DeliveryContent['items'];
  /** True when the copy can be delivered unchanged, under the statement that it has. */
  readonly isSame: boolean;
}

interface Judged {
  readonly item: ParkedItem;
  readonly part: NoticePart;
  readonly recorded: DecisionPart;
  readonly decision: DecisionPart;
}

/** Decides again; what narrowed is recorded and reported before anything leaves (docs/architecture.md#rule-3). */
export async function narrowParked(hub: Hub, parked: Parked): Promise<NarrowedCopy> {
  const { originator: org, frame: id } = parked;
  const jtis = parked.items.map(({ part }) => part.jti);
  const answered = answeredOn(hub.store, { org, ids: framesOf(hub.store, { org, id }, jtis) });
  // A copy that IN stored but did not confirm in time was parked as well: a receipt shows that it arrived.
  const items = parked.items.filter(({ part }) => !answered(part).has(parked.recipient));
  const judged = items.flatMap((item) => judge(hub, parked, item));
  const narrower = judged.filter(({ recorded, decision }) => recorded !== decision);
  if (narrower.length > 0) await recordNarrowing(hub, parked, narrower);
  else await hub.ledger.confirm({ org, position: parked.position });
  const left = judged.flatMap(({ item: { notice }, decision }) =>
    typeof notice === 'string' || decision.outcome === 'denied' ? [] : [{ notice, decision }],
  );
  return { left, isSame: left.length === parked.items.length && judged.every(isAsCopied) };
}

/** Judges one notice of a parked copy; none when the ledger does not know it or has no decision for the recipient. */
function judge({ store }: Hub, parked: Parked, item: ParkedItem): readonly Judged[] {
  const { originator, recipient, snapshot } = parked;
  const known = store.notices.byJti(originator, item.part.jti);
  if (known === undefined || known.digest !== item.part.digest) return [];
  const recorded = recordedIn(known).decisions.find(({ to }) => to === recipient);
  if (recorded === undefined) return [];
  const part = noticePartOf(known);
  const newest = store.notices.newestNumber(originator, known.jti.split('.', 1)[0] ?? '');
  const because = denialReason(item, known, newest);
  const asked = { part, snapshot, recipients: [recipient] };
  const now = decideNow(because === undefined ? asked : { ...asked, because });
  return [{ item, part, recorded, decision: narrowTo(recorded, now) }];
}

function denialReason({ notice }: ParkedItem, known: KnownNotice, newest: number): Because | undefined {
  if (typeof notice === 'string') return notice;
  return known.number < newest || known.state === 'ended' ? 'ended' : undefined;
}

function isAsCopied({ item: { part }, decision }: Judged): boolean {
  const isEqual = (a: readonly string[], b: readonly string[]): boolean =>
    a.length === b.length && a.every((name, index) => name === b[index]);
  return (
    isEqual(part.sections, decision.sections) &&
    isEqual(part.advertised, decision.advertised) &&
    isEqual(part.obligations, decision.obligations)
  );
}

async function recordNarrowing(hub: Hub, parked: Parked, narrower: readonly Judged[]): Promise<void> {
  const { originator, recipient, frame, snapshot, position } = parked;
  const parts = narrower.flatMap(({ part, decision }): ReportPart[] => [part, decision]);
  const about = { snapshot, position, frame: { org: originator, id: frame }, submission: null };
  const bytes = await recordParts(hub, about, { reason: 'narrowing', parts });
  await sendReports(hub, originator, [{ id: reportName(bytes), bytes }]);
  for (const { part, decision } of narrower) {
    if (decision.outcome !== 'denied') continue;
    const kind = part.attributes.kind;
    hub.events.emit('denied', { originator, recipient, frame, kind, jti: part.jti, outcome: 'denied' });
  }
}
