import { signReceipts } from '../../shared/ledger/record-sign.js';
import { frames } from '../../shared/wire/frames.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Frame } from '../frames/frame.js';
import type { Hub } from '../hub.js';
import type { OpenedReceipt } from './novel-receipts.js';
import { type OpenedReceipts, openReceipts } from './open-receipts.js';
import { applyReceipts } from '../ledger/projection.js';
import { quarantineMessage } from '../frames/quarantine-message.js';

/** The recipe for receipts. */
export interface ReceiptSteps {
  readonly open: typeof openReceipts;
  readonly record: typeof recordReceipts;
  readonly forward: typeof forwardReceipts;
  readonly settle: (frame: Frame) => Promise<unknown>;
}

export const receiptSteps: ReceiptSteps = {
  open: openReceipts,
  record: recordReceipts,
  forward: forwardReceipts,
  settle: (frame) => frame.settle(),
};

/**
 * A frame of receipts: what is new on the ledger first, then to the originators, each still as its recipient signed it.
 * Of one that says nothing new the frame is settled, and that is all.
 */
export async function relayReceipts(hub: Hub, frame: Frame, steps: ReceiptSteps): Promise<void> {
  const opened = await steps.open(hub, frame);
  if (opened.type === 'unusable') return quarantineMessage(hub, frame, opened.code);
  await recordAndForward(hub, opened, steps);
  await steps.settle(frame);
}

/** What follows once a frame of receipts was opened; repeated, it meets its own traces. */
export async function recordAndForward(hub: Hub, opened: OpenedReceipts, steps: ReceiptSteps): Promise<void> {
  await steps.record(hub, opened);
  await steps.forward(hub, opened);
}

async function recordReceipts(hub: Hub, opened: OpenedReceipts): Promise<void> {
  const { frame, snapshot, receipts } = opened;
  const position = await putBrokenAway(hub, opened);
  const news = receipts.filter(({ isRecorded }) => !isRecorded);
  if (news.length === 0) return;
  const content = news.map(({ receipt: { originator, delivery }, set, recovered }) => {
    return { set, originator, delivery, recovered };
  });
  const { directory, now } = snapshot;
  const { bytes, digest } = await signReceipts(
    { org: frame.org, frame: frame.id, receipts: content },
    { signer: hub.signer, federation: directory.federation, now },
  );
  const about = { org: frame.org, frame: frame.id, digest, issuedAt: now };
  await hub.ledger.write({
    org: frame.org,
    position,
    bytes,
    digest,
    apply: (recordPosition) =>
      applyReceipts(
        hub.store,
        { ...about, receipts: news.map(({ receipt, set }) => ({ ...receipt, set })) },
        recordPosition,
      ),
  });
}

/** The whole frame, for the first reason; gives the position behind it. */
async function putBrokenAway(hub: Hub, { frame, position, broken }: OpenedReceipts): Promise<number> {
  const [reason] = broken;
  if (reason === undefined) return position;
  const { org, id, subject, bytes } = frame;
  const items = [{ what: 'message', reason, bytes }] as const;
  const behind = await hub.quarantine({ org, frame: id, subject, items, position });
  for (const code of new Set(broken)) hub.events.security(code, { originator: org, frame: id });
  return behind;
}

/** All receipts of the frame for one originator in one message. One whose IN is full asks again by its outbox. */
async function forwardReceipts(hub: Hub, { frame, receipts }: OpenedReceipts): Promise<void> {
  const originators = [...new Set(receipts.map(({ receipt }) => receipt.originator))];
  await Promise.all(
    originators.map(async (originator) => {
      const sets = receipts.filter(({ receipt }) => receipt.originator === originator).map(({ set }) => set);
      const bytes = frames.receiptForward.encode({ receipts: sets });
      await hub.publishToInbox(originator, { subject: subjects.receipt(frame.org, frame.id), bytes });
    }),
  );
  for (const opened of receipts) if (!opened.isRecorded) tell(hub, opened);
}

const EVENTS = {
  held: 'received',
  superseded: 'received',
  'not-held': 'received',
  rejected: 'rejected',
  destroyed: 'destroyed',
  kept: 'kept',
} as const;

function tell({ events }: Hub, { receipt, recovered, kinds }: OpenedReceipt): void {
  const { recipient, originator, delivery: frame, parts } = receipt;
  for (const { jti, type: outcome, code } of parts) {
    const kind = kinds.get(jti);
    events.emit(EVENTS[outcome], { originator, recipient, frame, jti, outcome, recovered, kind, code });
  }
}
