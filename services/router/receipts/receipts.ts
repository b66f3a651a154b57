import type { Code } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { signReceipts } from '../../shared/ledger/receipt/receipts-record.js';
import { subjects } from '../../shared/wire/subjects.js';
import type { Frame } from '../frames/frame.js';
import type { Hub } from '../hub.js';
import { recordingBy } from '../recording-by.js';
import type { OpenedChange } from './novel-changes.js';
import type { OpenedReceipt } from './novel-receipts.js';
import { type OpenedReceipts, openReceipts } from './open-receipts.js';
import { packReceipts } from '../pack-receipts.js';
import { applyReceipts } from '../ledger/apply-receipts.js';
import type { RecordPosition } from '../ledger/projection.js';
import { quarantineMessage } from '../frames/quarantine-message.js';
import { watchStatement } from '../frames/watch-statement.js';

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
  if (opened.type === 'unusable') {
    alarmConflict(hub, frame, [opened.code]);
    return quarantineMessage(hub, frame, opened.code);
  }
  await recordAndForward(hub, opened, steps);
  await steps.settle(frame);
}

/** The steps between opening and settling. Each recognises its own earlier result, so that both can be repeated. */
export async function recordAndForward(hub: Hub, opened: OpenedReceipts, steps: ReceiptSteps): Promise<void> {
  await steps.record(hub, opened);
  await steps.forward(hub, opened);
}

async function recordReceipts(hub: Hub, opened: OpenedReceipts): Promise<void> {
  const { frame, snapshot, receipts, changes, statement } = opened;
  const position = await quarantineBroken(hub, opened);
  const unrecorded = receipts.filter(({ isRecorded }) => !isRecorded);
  const changed = changes.filter(({ isRecorded }) => !isRecorded);
  const isNumbered = hub.store.ledger.receiptsStatements
    .of(frame.org, statement.number)
    .includes(statement.digest);
  if (unrecorded.length + changed.length === 0 && isNumbered) return;
  watchReceipts(hub, opened);
  const { directory, now } = snapshot;
  const about = { org: frame.org, frame: frame.id, statement };
  const { bytes, digest } = await signReceipts(
    {
      ...about,
      receipts: unrecorded.map(({ receipt, token, recovered }) => ({
        token,
        digest: receipt.digest,
        recovered,
      })),
      changes: changed.map(({ change, token }) => ({ token, digest: change.digest })),
    },
    recordingBy(hub, directory, now),
  );
  const facts = {
    ...about,
    digest,
    issuedAt: now,
    receipts: unrecorded.map(({ receipt, token }) => ({ ...receipt, token })),
    changes: changed.map(({ change }) => change),
  };
  const apply = (at: RecordPosition): void => applyReceipts(hub.store, facts, at);
  await hub.ledger.write({ org: frame.org, position, bytes, digest, apply });
}

/** Checks the number of the frame's statement (`watchStatement`): a member that lost frames, or was restored, shows here. */
function watchReceipts({ store, events }: Hub, { frame, statement }: OpenedReceipts): void {
  const { of, last } = store.ledger.receiptsStatements;
  watchStatement(events, statement, {
    about: { recipient: frame.org, frame: frame.id },
    of: (number) => of(frame.org, number),
    last: () => last(frame.org),
    alarms: { gap: 'receipts-gap', late: 'receipts-late', chain: 'receipts-chain' },
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
  alarmConflict(hub, frame, broken);
  return next;
}

/**
 * Raises an alarm about two roots for the same records: either the hub made two deliveries from them, or the
 * recipient signed a false root.
 */
function alarmConflict({ events }: Hub, { org, id }: Frame, codes: readonly Code[]): void {
  if (codes.includes('receipt-conflict'))
    events.alarm('receipt-conflict', 'receipt-conflict', { recipient: org, frame: id });
}

/**
 * Forwards the receipts of the frame, one message for each originator. An originator whose IN is full gets them
 * when it offers its frame again, but the answers to a recall as soon as its IN takes messages (`createForwardOwed`).
 */
async function forwardReceipts(hub: Hub, opened: OpenedReceipts): Promise<void> {
  const { frame, snapshot } = opened;
  const originators = new Set([
    ...opened.receipts.map(({ receipt }) => receipt.originator),
    ...opened.changes.map(({ change }) => change.originator),
  ]);
  // The originator of a recalled notice answers the recall too; its own receipt is not forwarded to it.
  originators.delete(frame.org);
  await Promise.all(
    Array.from(originators, async (originator) => {
      const receipts = opened.receipts
        .filter(({ receipt }) => receipt.originator === originator)
        .map(({ token, delivery }) => ({ statement: token, delivery }));
      const changes = opened.changes
        .filter(({ change }) => change.originator === originator)
        .map(({ token }) => token);
      const by = { originator, directory: snapshot.directory };
      const bytes = await packReceipts(hub, { receipts, changes }, by);
      const subject = subjects.receipt(frame.org, frame.id);
      const outcome = await hub.publishToInbox(originator, { subject, bytes });
      if (outcome === 'stored') await noteForwarded(hub, opened.receipts, originator);
    }),
  );
  for (const one of opened.receipts) if (!one.isRecorded) emitReceipt(hub, one);
  for (const one of opened.changes) if (!one.isRecorded) emitChange(hub, one);
}

/** Notes that the originator's IN took these receipts, if any of them answers a recall. */
async function noteForwarded(
  { store }: Hub,
  receipts: readonly OpenedReceipt[],
  originator: OrgId,
): Promise<void> {
  const owed = receipts
    .map(({ receipt }) => receipt)
    .filter((one) => one.originator === originator && store.forwards.isOwed(one));
  if (owed.length > 0) await store.commit(() => owed.forEach(store.forwards.forwarded));
}

const EVENTS = {
  held: 'received',
  superseded: 'received',
  'not-held': 'received',
  rejected: 'rejected',
  destroyed: 'destroyed',
  kept: 'kept',
} as const;

function emitReceipt({ events, store }: Hub, { receipt, recovered, kinds, outcomes }: OpenedReceipt): void {
  const { recipient, originator, delivery: frame } = receipt;
  for (const { id, type: outcome, code } of receipt.actions) {
    const { jti = null, kind } = store.notices.newestOf(originator, id) ?? {};
    events.emit(EVENTS[outcome], { originator, recipient, frame, jti, outcome, recovered, kind, code });
  }
  for (const { jti, type: outcome, code } of outcomes) {
    const kind = kinds.get(jti);
    events.emit(EVENTS[outcome], { originator, recipient, frame, jti, outcome, recovered, kind, code });
  }
}

function emitChange({ events, store }: Hub, { change }: OpenedChange): void {
  const { recipient, originator, changes } = change;
  for (const { frame, jti, type: outcome, code } of changes) {
    const kind = store.notices.revision(originator, jti)?.kind;
    events.emit(EVENTS[outcome], { originator, recipient, frame, jti, outcome, kind, code });
  }
}
