import { signReceipts } from '../../shared/ledger/record-sign.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Frame } from '../frames/frame.js';
import type { Hub } from '../hub.js';
import type { OpenedReceipt } from './novel-receipts.js';
import { type OpenedReceipts, openReceipts } from './open-receipts.js';
import { packReceipts } from '../pack-receipts.js';
import { applyReceipts } from '../ledger/projection.js';
import { quarantineMessage } from '../frames/quarantine-message.js';

/** The steps for a frame of receipts, injectable. */
export interface ReceiptSteps {
  readonly open: typeof openReceipts;
  readonly record: typeof recordReceipts;
  readonly forward: typeof forwardReceipts;
  readonly settle: (frame: Frame) => Promise<unknown>;
}

/** The steps that production uses. */
export const receiptSteps: ReceiptSteps = {
  open: openReceipts,
  record: recordReceipts,
  forward: forwardReceipts,
  settle: (frame) => frame.settle(),
};

/**
 * Relays a frame of receipts: records what is new, then forwards each receipt to its originator as its recipient signed it.
 * A frame that says nothing new is only settled.
 */
export async function relayReceipts(hub: Hub, frame: Frame, steps: ReceiptSteps): Promise<void> {
  const opened = await steps.open(hub, frame);
  if (opened.type === 'unusable') return quarantineMessage(hub, frame, opened.code);
  await recordAndForward(hub, opened, steps);
  await steps.settle(frame);
}

/** The steps between opening and settling. Each recognises its own earlier result, so that both can be repeated. */
export async function recordAndForward(hub: Hub, opened: OpenedReceipts, steps: ReceiptSteps): Promise<void> {
  await steps.record(hub, opened);
  await steps.forward(hub, opened);
}

async function recordReceipts(hub: Hub, opened: OpenedReceipts): Promise<void> {
  const { frame, snapshot, receipts } = opened;
  const position = await quarantineBroken(hub, opened);
  const unrecorded = receipts.filter(({ isRecorded }) => !isRecorded);
  if (unrecorded.length === 0) return;
  const content = unrecorded.map(({ receipt: { originator, delivery }, set, recovered }) => {
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
        { ...about, receipts: unrecorded.map(({ receipt, set }) => ({ ...receipt, set })) },
        recordPosition,
      ),
  });
}

/** Quarantines the whole frame under the code of its first broken receipt; returns the position after it. */
async function quarantineBroken(hub: Hub, { frame, position, broken }: OpenedReceipts): Promise<number> {
  const [reason] = broken;
  if (reason === undefined) return position;
  const { org, id, subject, bytes } = frame;
  const items = [{ what: 'message', reason, bytes }] as const;
  const next = await hub.quarantine({ org, frame: id, subject, items, position });
  for (const code of new Set(broken)) hub.events.security(code, { originator: org, frame: id });
  return next;
}

/** Forwards the receipts of the frame, one message for each originator. An originator whose IN is full gets them when it offers its frame again. */
async function forwardReceipts(hub: Hub, { frame, receipts, snapshot }: OpenedReceipts): Promise<void> {
  const originators = [...new Set(receipts.map(({ receipt }) => receipt.originator))];
  await Promise.all(
    originators.map(async (originator) => {
      const sets = receipts.filter(({ receipt }) => receipt.originator === originator).map(({ set }) => set);
      const bytes = await packReceipts(hub, sets, { originator, directory: snapshot.directory });
      await hub.publishToInbox(originator, { subject: subjects.receipt(frame.org, frame.id), bytes });
    }),
  );
  for (const opened of receipts) if (!opened.isRecorded) emitReceipt(hub, opened);
}

const EVENTS = {
  held: 'received',
  superseded: 'received',
  'not-held': 'received',
  rejected: 'rejected',
  destroyed: 'destroyed',
  kept: 'kept',
} as const;

function emitReceipt({ events }: Hub, { receipt, recovered, kinds }: OpenedReceipt): void {
  const { recipient, originator, delivery: frame, parts } = receipt;
  for (const { jti, type: outcome, code } of parts) {
    const kind = kinds.get(jti);
    events.emit(EVENTS[outcome], { originator, recipient, frame, jti, outcome, recovered, kind, code });
  }
}
