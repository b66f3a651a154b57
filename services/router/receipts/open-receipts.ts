import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import { type Jti, type OrgId, parseJti } from '../../shared/kernel/ids.js';
import { type DeliveryReading, verifyDelivery } from '../../shared/ledger/delivery/delivery.js';
import { verifyChange } from '../../shared/ledger/receipt/change.js';
import { outcomesOf, type ReceiptOutcome } from '../../shared/ledger/receipt/outcomes.js';
import { type VerifiedReceipt, verifyReceipt } from '../../shared/ledger/receipt/receipt.js';
import {
  digestsIn,
  type ListedTokens,
  type VerifiedReceiptsStatement,
  verifyReceiptsStatement,
} from '../../shared/ledger/receipt/receipts-statement.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { finalCode, mayPass } from '../../shared/trust/may-pass.js';
import { MAX_FRAME_BYTES, MAX_RECEIPTS } from '../../shared/wire/frame-limits.js';
import { frames, type Receipt, type ReceiptFrame } from '../../shared/wire/frames.js';
import type { Frame } from '../frames/frame.js';
import type { Unusable } from '../frames/open.js';
import type { Hub, Snapshot } from '../hub.js';
import { novelChanges, type OpenedChange } from './novel-changes.js';
import { compareReceipts, type OpenedReceipt } from './novel-receipts.js';

/** An opened frame of receipts. */
export interface OpenedReceipts {
  readonly type: 'opened';
  readonly frame: Frame;
  readonly snapshot: Snapshot;
  readonly position: number;
  /** The numbered statement of the frame, as its sender signed it. */
  readonly statement: VerifiedReceiptsStatement & { readonly token: string };
  /** Receipts that are on the ledger already or say something new; the others of the frame are ignored. */
  readonly receipts: readonly OpenedReceipt[];
  /** Changes that are on the ledger already or say something new; the others of the frame are ignored. */
  readonly changes: readonly OpenedChange[];
  /** Codes of the receipts and changes of the frame that do not verify. */
  readonly broken: readonly Code[];
}

/**
 * Opens a frame of receipts. A receipt that does not verify is listed in `broken`, and the others are not affected; a frame
 * whose own statement does not verify, or without anything valid, is unusable. Throws only temporary failures.
 */
export async function openReceipts(hub: Hub, frame: Frame): Promise<OpenedReceipts | Unusable> {
  const snapshot = hub.snapshot();
  const position = hub.store.ledger.lastSeq(frame.org);
  const decoded = decode(frame);
  if ('type' in decoded) return decoded;
  const named = digestsIn(decoded);
  const statement = await openStatement(hub.store, { frame, snapshot, signed: decoded.statement, named });
  if ('type' in statement) return statement;
  const by = { store: hub.store, frame, snapshot };
  const [opened, changed] = await Promise.all([
    Promise.allSettled(
      decoded.receipts.map((receipt, at) => openReceipt(by, receipt, named.receipts[at] ?? '')),
    ),
    Promise.allSettled(decoded.changes.map((token, at) => openChange(by, token, named.changes[at] ?? ''))),
  ]);
  const valid = valuesOf(opened);
  const { conflicting, novel } = hub.store.read(() => compareReceipts(hub.store.deliveries, valid));
  const failed = [...reasonsOf(opened), ...reasonsOf(changed)].map((reason) =>
    finalCode(errorFrom(reason), 'receipt', frame.attempt),
  );
  const broken = [...failed, ...Array.from(conflicting, (): Code => 'receipt-conflict')];
  const said = valuesOf(changed);
  const [first] = broken;
  if (valid.length - conflicting.size + said.length === 0 && first !== undefined)
    return { type: 'unusable', code: first };
  const { novel: changes, hasUnknown } = hub.store.read(() => novelChanges(hub.store, said));
  // Another router may have made the record of the delivery a moment ago.
  if (hasUnknown && frame.attempt === 1) throw fail('not-ready', 'a change about an unknown delivery');
  return { type: 'opened', frame, snapshot, position, statement, receipts: novel, changes, broken };
}

function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): readonly T[] {
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function reasonsOf(results: readonly PromiseSettledResult<unknown>[]): readonly unknown[] {
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
}

function decode({ bytes }: Frame): ReceiptFrame | Unusable {
  try {
    const decoded = frames.receipt.decode(bytes);
    const { receipts, changes } = decoded;
    if (receipts.length > MAX_RECEIPTS || changes.length > MAX_RECEIPTS || bytes.length > MAX_FRAME_BYTES)
      return { type: 'unusable', code: 'oversize' };
    return receipts.length + changes.length > 0 ? decoded : { type: 'unusable', code: 'frame-unreadable' };
  } catch (thrown) {
    return { type: 'unusable', code: errorFrom(thrown).code };
  }
}

interface OpenStatementParams {
  readonly frame: Frame;
  readonly snapshot: Snapshot;
  /** The statement as its sender signed it. */
  readonly signed: string;
  readonly named: ListedTokens;
}

/**
 * Verifies the statement of the frame; when all its receipts and changes are recorded, its key may have been
 * revoked since.
 */
async function openStatement(
  { deliveries }: RouterStore,
  { frame, snapshot: { directory, now }, signed, named }: OpenStatementParams,
): Promise<OpenedReceipts['statement'] | Unusable> {
  const reading = { directory, recipient: frame.org, now };
  const isRecorded =
    named.receipts.every((one) => deliveries.hasReceipt(one)) &&
    named.changes.every((one) => deliveries.hasChange(one));
  try {
    const recorded = isRecorded ? { recorded: new Date(0) } : {};
    const statement = await verifyReceiptsStatement(signed, named, { ...reading, ...recorded });
    return { ...statement, token: signed };
  } catch (thrown) {
    return { type: 'unusable', code: finalCode(errorFrom(thrown), 'receipt', frame.attempt) };
  }
}

interface Opening {
  readonly store: RouterStore;
  readonly frame: Frame;
  readonly snapshot: Snapshot;
}

async function openReceipt(
  { store, frame, snapshot: { directory, now } }: Opening,
  { statement: token, delivery = '' }: Receipt,
  named: string,
): Promise<OpenedReceipt> {
  const isRecorded = store.deliveries.hasReceipt(named);
  const by = { directory, recipient: frame.org, now };
  // A recorded receipt counts, even when its key was revoked since.
  const receipt = await verifyReceipt(token, { ...by, ...(isRecorded ? { recorded: new Date(0) } : {}) });
  const outcomes = outcomesIn(store, receipt);
  if (outcomes !== undefined && !isHanded(store, receipt)) throw unhanded();
  const kinds = kindsOf(store, receipt, outcomes ?? []);
  const opened = { receipt, token, delivery, isRecorded, outcomes: outcomes ?? [], kinds };
  if (isRecorded || outcomes !== undefined) return { ...opened, recovered: false };
  const { originator, actions } = receipt;
  const isAboutOthers = actions.some((one) => namesItsNotice(store, originator, one) === false);
  if (delivery === '' || isAboutOthers) throw fail('delivery-unknown', 'a receipt for an unknown delivery');
  await checkEvidence(receipt, delivery, by);
  return { ...opened, recovered: true };
}

/**
 * What a receipt says of each notice, by the records that it names; undefined when one of them is not known. Throws
 * `delivery-unknown` when no router makes a delivery that it could answer.
 */
function outcomesIn(
  { shares, read }: RouterStore,
  receipt: VerifiedReceipt,
): readonly ReceiptOutcome[] | undefined {
  const { originator, delivery: frame, recipient, records } = receipt;
  const notices = read(() => shares.noticesOf({ originator, frame, recipient, records }));
  if (notices === 'unknown') return undefined;
  const known = notices === 'impossible' ? [] : notices.map((one) => ({ ...one, jti: parseJti(one.jti) }));
  const outcomes = notices === 'impossible' ? undefined : outcomesOf(receipt, known);
  if (outcomes !== undefined) return outcomes;
  throw fail('delivery-unknown', 'a receipt for a delivery that no router makes');
}

/** True when the frame hands its recipient every action that the receipt answers, and each is about the notice named. */
function isHanded(store: RouterStore, receipt: VerifiedReceipt): boolean {
  const { originator, delivery, recipient, actions: answered } = receipt;
  if (answered.length === 0) return true;
  const acts = store.read(() => store.actions.actsIn(originator, delivery));
  const handed = new Set(acts.filter((act) => act.recipient === recipient).map(({ action }) => action));
  return answered.every((one) => handed.has(one.digest) && namesItsNotice(store, originator, one) === true);
}

/** True when the ledger has an answered action for the notice that the receipt names; undefined if it lacks the action. */
function namesItsNotice(
  { actions, read }: RouterStore,
  originator: OrgId,
  { digest, id }: VerifiedReceipt['actions'][number],
): boolean | undefined {
  const known = read(() => actions.byDigest(originator, digest));
  return known && known.id === id;
}

const unhanded = () => fail('delivery-unknown', 'a receipt for an action that its recipient was not handed');

/** Kinds of the notices that the receipt is about, where jti and digest match the ledger. */
function kindsOf(
  { notices, read }: RouterStore,
  { originator }: VerifiedReceipt,
  outcomes: readonly ReceiptOutcome[],
): OpenedReceipt['kinds'] {
  const known = read(() => outcomes.map(({ jti }) => notices.revision(originator, jti)));
  const kinds = new Map<Jti, string>();
  for (const [at, { jti, digest: named }] of outcomes.entries()) {
    const revision = known[at];
    if (revision?.digest === named) kinds.set(jti, revision.kind);
  }
  return kinds;
}

/** Checks the delivery statement that came with a receipt: a router must have signed it for this recipient. Throws `delivery-unknown`. */
async function checkEvidence(
  { originator, delivery, records, root, size, actions }: VerifiedReceipt,
  evidence: string,
  by: DeliveryReading,
): Promise<void> {
  const unknown = () => fail('delivery-unknown', 'a receipt whose delivery is not proven');
  const proven = await verifyDelivery(evidence, by).catch((thrown: unknown) => {
    throw mayPass(errorFrom(thrown), 'delivery-proof') ? thrown : unknown();
  });
  const matches =
    proven.originator === originator &&
    proven.frame === delivery &&
    proven.records.join() === records.join() &&
    proven.root === root &&
    proven.size === size &&
    actions.every((one) => proven.actions.includes(one.digest));
  if (!matches) throw unknown();
}

async function openChange(
  { store, frame, snapshot: { directory, now } }: Opening,
  token: string,
  named: string,
): Promise<OpenedChange> {
  const isRecorded = store.deliveries.hasChange(named);
  const by = { directory, recipient: frame.org, now, ...(isRecorded ? { recorded: new Date(0) } : {}) };
  return { change: await verifyChange(token, by), token, isRecorded };
}
