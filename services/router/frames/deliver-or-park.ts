import { isStored, publishOnce, type PublishOutcome } from '../../shared/bus/publish.js';
import { isCode } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { type DeliveryPart, signDelivery } from '../../shared/ledger/delivery.js';
import type { DecisionPart } from '../../shared/ledger/record-parts.js';
import type { DeliveryStatus, PlacedDelivery } from '../../shared/store/router/router-deliveries.js';
import type { Sealed, Verified } from '../../shared/trust/open-notice.js';
import { redact } from '../../shared/trust/redact.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Hub, Snapshot } from '../hub.js';
import { policiesFor } from './policies-for.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';

/** What one recipient gets from one frame. */
export interface DeliveryContent {
  readonly recipient: OrgId;
  readonly originator: OrgId;
  /** The submission that caused the delivery. */
  readonly frame: FrameId;
  readonly items: readonly {
    readonly notice: Verified<Sealed>;
    readonly decision: DecisionPart;
  }[];
  /** Empty or absent: the recipient starts its own trace. */
  readonly traceparent?: string;
}

/** Encodes a delivery: the redacted notices and one signed statement over exactly these. */
export async function packDelivery(
  { signer }: Pick<Hub, 'signer'>,
  { policy, now }: Snapshot,
  { recipient, originator, frame, items, traceparent = '' }: DeliveryContent,
): Promise<Uint8Array> {
  const copies = items.map(({ notice, decision }) => redact(notice, decision.sections));
  const parts = items.map(({ notice, decision }, index): DeliveryPart => {
    const { jti, digest } = notice;
    const { sections, advertised, obligations } = decision;
    return { jti, digest, disclosed: copies[index]?.disclosed ?? '', sections, advertised, obligations };
  });
  const policies = policiesFor(policy.digests, { originator, recipients: [recipient] });
  const content = { recipient, originator, frame, policies, parts };
  const statement = await signDelivery(content, { signer, now });
  return frames.delivery.encode({ statement, notices: copies.map(({ text }) => text), traceparent });
}

/** Names a delivery: its recipient, and the submission that caused it. */
export type DeliveryAddress = Pick<DeliveryContent, 'recipient' | 'originator' | 'frame'>;

/** Publishes a delivery into the recipient's IN; undefined when IN did not take it. */
export async function publishDelivery(
  { publishToInbox }: Pick<Hub, 'publishToInbox'>,
  { recipient, originator, frame }: DeliveryAddress,
  bytes: Uint8Array,
): Promise<DeliveryPlace | undefined> {
  let placed: number | null = null;
  const onStored = (seq: number): void => void (placed = seq);
  const subject = subjects.delivery(originator, frame);
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
    const delivered = await publishDelivery(hub, address, bytes);
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
    if (signal.aborted || !isCode(thrown, 'timed-out')) throw thrown;
    return 'unavailable';
  }
}
