import { seconds } from '../../shared/kernel/clock.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { VerifiedChange } from '../../shared/ledger/receipt/change.js';
import type { VerifiedReceipt } from '../../shared/ledger/receipt/receipt.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { applyAnswers, applyChange } from './apply-acts.js';
import { addRecord, type RecordPosition } from './projection.js';

/** What the projection stores of a record of receipts. */
export interface ReceiptsFacts {
  readonly digest: string;
  readonly org: OrgId;
  readonly frame: string;
  readonly issuedAt: Date;
  readonly receipts: readonly AppliedReceipt[];
  readonly changes: readonly Pick<VerifiedChange, 'digest' | 'originator' | 'issuedAt' | 'changes'>[];
  /** The numbered statement of the frame that brought the receipts and changes. */
  readonly statement: { readonly number: number; readonly digest: string; readonly token: string };
}

/** A receipt as the projection stores it. */
export interface AppliedReceipt extends VerifiedReceipt {
  /** As its recipient signed it. */
  readonly token: string;
}

/** How long the statement of a frame of receipts, or a change, is remembered, in seconds. */
const REMEMBER_S = 30 * 86_400;

/** Applies a record of receipts to the projection, once. Call within a transaction. */
export function applyReceipts(
  store: RouterStore,
  record: ReceiptsFacts,
  recordPosition: RecordPosition,
): void {
  const exps = record.receipts.map((receipt) => expOf(store, receipt));
  if (!addRecord(store, { ...record, type: 'receipts', exp: Math.max(0, ...exps) }, recordPosition)) return;
  const rememberUntil = seconds(record.issuedAt) + REMEMBER_S;
  store.ledger.receiptsStatements.add(record.org, record.statement, rememberUntil);
  for (const change of record.changes) {
    const { digest, originator, issuedAt } = change;
    store.deliveries.addChange({
      digest,
      originator,
      recipient: record.org,
      at: issuedAt.getTime(),
      exp: rememberUntil,
    });
    applyChange(store, { recipient: record.org, forget: rememberUntil }, change);
  }
  for (const [at, receipt] of record.receipts.entries()) {
    const { digest, recipient, originator, delivery, issuedAt, except, actions, token } = receipt;
    const known = { originator, frame: delivery, recipient };
    const { records, root, size } = receipt;
    store.deliveries.allow(known, Math.max(exps[at] ?? 0, issuedAt.getTime() / 1000));
    store.deliveries.addReceipt({
      ...known,
      digest,
      at: issuedAt.getTime(),
      records,
      root,
      size,
      listed: JSON.stringify({ except, actions }),
      via: record.frame,
      token,
    });
    if (answersRecall(store, receipt)) store.forwards.owe(digest);
    applyAnswers(store, receipt);
  }
}

/** True for an answer to a recall of another organisation's notice, which no frame that its originator offers brings. */
function answersRecall(
  { actions }: RouterStore,
  { originator, recipient, actions: answered }: VerifiedReceipt,
): boolean {
  if (recipient === originator) return false;
  return answered.some(({ digest }) => actions.byDigest(originator, digest)?.verb === 'cancel');
}

/** When a receipt expires, in seconds since 1970: with its delivery, or at once when no delivery is known. */
function expOf(store: RouterStore, { originator, delivery, recipient }: VerifiedReceipt): number {
  return store.deliveries.expOf({ originator, frame: delivery, recipient }) ?? 0;
}
