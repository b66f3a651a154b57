import { publishOnce } from '../../shared/bus/publish.js';
import { isCode } from '../../shared/kernel/errors.js';
import type { FrameId, OrgId } from '../../shared/kernel/ids.js';
import { type DeliveryPart, signDelivery } from '../../shared/ledger/delivery.js';
import type { DecisionPart } from '../../shared/ledger/record-parts.js';
import type { Sealed, Verified } from '../../shared/trust/open-notice.js';
import { redact } from '../../shared/trust/redact.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Hub, Snapshot } from '../hub.js';
import { policiesFor } from './policies-for.js';
import { withDeadline } from '../../shared/kernel/with-deadline.js';

/** What one recipient gets of one frame. */
export interface DeliveryContent {
  readonly recipient: OrgId;
  readonly originator: OrgId;
  /** The submission that caused it. */
  readonly frame: FrameId;
  readonly items: readonly {
    readonly notice: Verified<Sealed>;
    readonly decision: DecisionPart;
  }[];
  /** Empty or absent: the recipient begins a trace of its own. */
  readonly traceparent?: string;
}

/** Redacts by slicing, and signs one statement over exactly what is in the frame. */
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

/** Whose inbox it is to be put into. */
export type Addressed = Pick<DeliveryContent, 'recipient' | 'originator' | 'frame'>;

/**
 * Into the recipient's IN. `already` is only "handed over": the receipt is the evidence. An IN that is away or does not
 * confirm in time counts as full: what was stored after all is answered with the same receipt again.
 */
export async function putIn(
  { publishToInbox }: Pick<Hub, 'publishToInbox'>,
  { recipient, originator, frame }: Addressed,
  bytes: Uint8Array,
): Promise<'delivered' | 'full'> {
  const answer = await publishToInbox(recipient, { subject: subjects.delivery(originator, frame), bytes });
  return answer === 'full' || answer === 'away' ? 'full' : 'delivered';
}

const PARKING_MS = 1_000;

/**
 * Where IN is full, the frame waits in PARKED; where that is full too, the originator's outbox offers it again. While
 * neither answers, both are asked in turn: the broker may find a leader for either first.
 */
export async function deliverOrPark(
  hub: Pick<Hub, 'publishToInbox' | 'core' | 'signal'>,
  addressed: Addressed,
  bytes: Uint8Array,
): Promise<'delivered' | 'parked' | 'deferred'> {
  for (;;) {
    if ((await putIn(hub, addressed, bytes)) === 'delivered') return 'delivered';
    const parked = await park(hub, addressed, bytes);
    if (parked !== 'away') return parked === 'full' ? 'deferred' : 'parked';
  }
}

async function park(
  { core, signal }: Pick<Hub, 'core' | 'signal'>,
  { recipient, originator, frame }: Addressed,
  bytes: Uint8Array,
): Promise<'stored' | 'already' | 'full' | 'away'> {
  const subject = subjects.parked(recipient, originator, frame);
  try {
    return await withDeadline({ signal, ms: PARKING_MS }, (soon) =>
      publishOnce(core, { subject, bytes, signal: soon }),
    );
  } catch (thrown) {
    if (signal.aborted || !isCode(thrown, 'timed-out')) throw thrown;
    return 'away';
  }
}
