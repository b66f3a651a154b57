import { isStored, publishOnce, type PublishOutcome } from '../../shared/bus/publish.js';
import { decodeBase64url } from '../../shared/kernel/base64url.js';
import { isCode } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { signDelivery } from '../../shared/ledger/delivery/delivery.js';
import { deliveryRoot } from '../../shared/ledger/delivery/delivery-root.js';
import type { RecordProver, MemberRecord } from '../../shared/ledger/delivery/record-proof.js';
import type { OwnPart } from '../../shared/ledger/record-own-parts.js';
import { sharesLeft } from '../../shared/ledger/shares.js';
import type { DeliveryStatus, PlacedDelivery } from '../../shared/store/router/router-deliveries.js';
import type { Sealed, Verified } from '../../shared/trust/open-notice.js';
import { digest } from '../../shared/trust/digest.js';
import { redact } from '../../shared/trust/redact.js';
import { contractFor } from '../../shared/trust/directory/hub-contract.js';
import { type DeliveredAction, frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Hub } from '../hub.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';

/** What one recipient gets from one frame. */
export interface DeliveryContent {
  readonly recipient: OrgId;
  readonly originator: OrgId;
  /** The submission that caused the delivery. */
  readonly frame: FrameId;
  /** What the reports on the frame show the recipient: routing first, then the narrowings that are about it. */
  readonly records: readonly MemberRecord[];
  /** The notices of the frame; those that the records leave to the recipient are delivered. */
  readonly notices: ReadonlyMap<string, Verified<Sealed>>;
  /** The actions that may leave now, as the recipient gets them, by digest. */
  readonly actions: ReadonlyMap<string, DeliveredAction>;
  /** The requests of the frame, by digest. */
  readonly requests: ReadonlyMap<string, string>;
  /** Empty or absent: the recipient starts its own trace. */
  readonly traceparent?: string;
}

/** Returns what the reports on a frame show a recipient; leaves out reports without a part of its own. */
export function shownTo(recipient: OrgId, provers: readonly RecordProver[]): readonly MemberRecord[] {
  return provers.flatMap((prove) => {
    const shown = prove(recipient);
    return shown === undefined || shown.parts.length === 0 ? [] : [shown];
  });
}

/**
 * Encodes a delivery: one signed statement, the actions and requests that its records hand over, then exactly
 * the notices that they leave to the recipient, redacted. Returns undefined if `content` lacks one of these
 * notices, because a delivery is never narrower than its records, or if nothing is left.
 */
export async function packDelivery(
  { signer, directory }: Pick<Hub, 'signer' | 'directory'>,
  now: Date,
  content: DeliveryContent,
): Promise<Uint8Array | undefined> {
  const { recipient, originator, frame, records, notices, traceparent = '' } = content;
  const parts = records.map((record) => record.parts);
  const shares = sharesLeft(parts);
  const seed = decodeBase64url(parts[0]?.find((part) => part.type === 'seed')?.seed ?? '');
  const copies = shares.flatMap((share) => {
    const notice = notices.get(share.jti);
    const copy = notice?.digest === share.digest ? redact(notice, share.sections) : undefined;
    return copy?.disclosed === share.disclosed ? [copy] : [];
  });
  if (copies.length < shares.length || (shares.length > 0 && seed.length === 0)) return undefined;
  const { actions, requests } = handedIn(parts.flat(), content);
  if (copies.length + actions.length + requests.length === 0) return undefined;
  const named = { records: records.map((record) => record.digest), ...deliveryRoot(seed, shares) };
  const handed = {
    actions: actions.map((action) => digest(action.statement)),
    requests: requests.map((request) => digest(request)),
  };
  const statement = await signDelivery(
    { recipient, originator, frame, ...named, ...handed },
    { signer, now },
  );
  const items = [
    ...actions.map((action) => ({ action })),
    ...requests.map((request) => ({ request })),
    ...copies.map(({ text }) => ({ notice: text })),
  ];
  const proofs = records.map(({ proof }) => proof);
  const delivery = { statement, records: proofs, seed, items, traceparent };
  return frames.delivery.encode(delivery, contractFor(directory(), recipient));
}

/** Returns the actions and requests of the content that the recipient's own parts name. */
function handedIn(
  parts: readonly OwnPart[],
  { actions, requests }: Pick<DeliveryContent, 'actions' | 'requests'>,
): { readonly actions: readonly DeliveredAction[]; readonly requests: readonly string[] } {
  const digests = (type: OwnPart['type']): readonly string[] => [
    ...new Set(parts.flatMap((part) => (part.type === type && 'digest' in part ? [part.digest] : []))),
  ];
  return {
    actions: digests('act').flatMap((one) => actions.get(one) ?? []),
    requests: digests('ask').flatMap((one) => requests.get(one) ?? []),
  };
}

/** Names a delivery: its recipient, and the submission that caused it. */
export type DeliveryAddress = Pick<DeliveryContent, 'recipient' | 'originator' | 'frame'>;

/** A packed delivery; its subject names the originator by default. */
interface PackedDelivery {
  readonly bytes: Uint8Array;
  readonly subject?: string;
}

/** Publishes a delivery into the recipient's IN; undefined when IN did not take it. */
export async function publishDelivery(
  { publishToInbox }: Pick<Hub, 'publishToInbox'>,
  { recipient, originator, frame }: DeliveryAddress,
  { bytes, subject = subjects.delivery(originator, frame) }: PackedDelivery,
): Promise<DeliveryPlace | undefined> {
  let placed: number | null = null;
  const onStored = (seq: number): void => void (placed = seq);
  const outcome = await publishToInbox(recipient, { subject, bytes, onStored });
  return isStored(outcome) ? { status: 'delivered', placed } : undefined;
}

/**
 * What became of a delivery: it is in the recipient's IN, in its PARKED, or in neither, in which case the
 * originator's outbox offers the frame again. Only the recipient's receipt proves that it arrived.
 */
export type DeliveryOutcome = Exclude<DeliveryStatus, 'recorded'>;

/** The status of a delivery, and its sequence in IN. */
export type DeliveryPlace = PlacedDelivery & { readonly status: DeliveryOutcome };

const PARK_TIMEOUT_MS = 1_000;

/**
 * Publishes into IN, or into PARKED where IN is full or unavailable. While PARKED is unavailable too, tries both in turn,
 * because either stream may get its leader back first; while it is missing, defers at once, so that a recipient without
 * streams delays no originator.
 */
export async function deliverOrPark(
  hub: Pick<Hub, 'publishToInbox' | 'core' | 'signal' | 'canPark'>,
  address: DeliveryAddress,
  bytes: Uint8Array,
): Promise<DeliveryPlace> {
  for (;;) {
    const delivered = await publishDelivery(hub, address, { bytes });
    if (delivered !== undefined) return delivered;
    if (!hub.canPark(address.recipient)) return { status: 'deferred', placed: null };
    const parked = await park(hub, address, bytes);
    if (parked !== 'unavailable') return { status: isStored(parked) ? 'parked' : 'deferred', placed: null };
  }
}

async function park(
  { core, signal }: Pick<Hub, 'core' | 'signal'>,
  { recipient, originator, frame }: DeliveryAddress,
  bytes: Uint8Array,
): Promise<PublishOutcome> {
  const subject = subjects.parked(recipient, originator, frame);
  try {
    return await withDeadline({ signal, ms: PARK_TIMEOUT_MS }, (soon) =>
      publishOnce(core, { subject, bytes, signal: soon }),
    );
  } catch (thrown) {
    // The broker forbids parking for a member whose account is removed: `full` defers the delivery.
    if (isCode(thrown, 'forbidden')) return 'full';
    if (signal.aborted || !isCode(thrown, 'timed-out')) throw thrown;
    return 'unavailable';
  }
}
