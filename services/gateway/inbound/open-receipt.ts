import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { type VerifiedDelivery, verifyDelivery } from '../../shared/ledger/delivery/delivery.js';
import { isRecallFrame } from '../../shared/ledger/recall.js';
import { outcomesOf } from '../../shared/ledger/receipt/outcomes.js';
import { type VerifiedReceipt, verifyReceipt } from '../../shared/ledger/receipt/receipt.js';
import type { FramedNotice } from '../../shared/store/gateway/gateway-frames.js';
import type { NewPromise, NewReceipt } from '../../shared/store/gateway/answers/received.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { ItemWord } from '../../shared/store/gateway/gateway-item-words.js';
import { digest } from '../../shared/trust/digest.js';
import { frames, type Receipt } from '../../shared/wire/frames.js';
import type { Identity } from '../identity.js';
import { readLife } from '../life/own-life.js';
import type { AnswersFrom, OpenedAnswer } from './opened-answer.js';
import { ownJti, promiseTo } from './promises.js';
import { promisedFrom, readStoredReport } from './stored-report.js';

interface OpeningDeps {
  readonly identity: Identity;
  readonly store: GatewayStore;
}

interface OwnFrame {
  readonly number: number;
  readonly notices: readonly FramedNotice[];
}

/**
 * Verifies one receipt and compares its root with the one that its records lead to. Accepts one that the ledger recorded
 * before its key was revoked (docs/architecture.md#clock-skew). Throws as `verifyReceipt` does, `record-foreign` for a frame
 * that is not this gateway's, and `digest-mismatch` when it lists other notices than were sent.
 */
export async function openReceipt(
  { identity, store }: OpeningDeps,
  from: AnswersFrom,
  sent: Receipt,
): Promise<OpenedAnswer> {
  const said = await verify({ identity }, from, sent);
  const words = wordsIn(said, sent.statement);
  if (isRecallFrame(said.delivery, said.records)) return openRecallAnswer(store, said, words);
  const frame = store.frames.byId(said.delivery);
  if (frame === undefined) throw fail('record-foreign', 'a receipt for an unknown frame');
  const answer = await openNotices({ identity, store }, { sent, said, frame });
  return words.length === 0 ? answer : { ...answer, words };
}

interface VerifiedAnswer {
  readonly said: VerifiedReceipt;
  readonly frame: OwnFrame;
}

async function verify(
  { identity }: Pick<OpeningDeps, 'identity'>,
  { recipient, recordings }: AnswersFrom,
  sent: Receipt,
): Promise<VerifiedReceipt> {
  const recorded = recordings.get(digest(sent.statement));
  const by = { directory: identity.directory.current(), recipient, now: identity.clock() };
  const said = await verifyReceipt(sent.statement, recorded === undefined ? by : { ...by, recorded });
  if (said.originator !== identity.org) throw fail('record-foreign', 'a receipt for another originator');
  return said;
}

/**
 * Returns what a holder answered to the federation's recall of an own notice. Before the recall arrives: `lacking` while
 * the notice lives, `forgotten` once it has ended. Throws `record-foreign` if the notice is not this gateway's.
 */
function openRecallAnswer(
  store: Pick<GatewayStore, 'items' | 'own' | 'ends'>,
  { actions, size }: VerifiedReceipt,
  words: readonly ItemWord[],
): OpenedAnswer {
  const [action, ...more] = actions;
  if (action === undefined || more.length > 0 || size > 0)
    throw fail('digest-mismatch', 'a receipt for a recall must list one action and no notice');
  if (store.own.find(action.id) === undefined)
    throw fail('record-foreign', 'a receipt for the notice of another');
  if (store.items.byDigest(action.digest)?.verb === 'cancel') return { type: 'recall', words };
  // A restored database lacks a recall that was answered after the backup, and the hub does not deliver it again. The
  // notice has ended there nevertheless: it expired, was withdrawn, or `restoreOwn` ended it by the proof of its recall.
  const hasEnded = readLife(store, action.id)?.end !== undefined;
  return { type: hasEnded ? 'forgotten' : 'lacking' };
}

/** Returns what a receipt says about the actions of its delivery. */
function wordsIn(
  { actions, recipient, issuedAt, key }: VerifiedReceipt,
  receipt: string,
): readonly ItemWord[] {
  const common = { org: recipient, at: issuedAt.getTime(), kid: key.kid, receipt };
  return actions.map(({ digest: action, type, code = null, before, after }) => ({
    ...common,
    digest: action,
    type,
    code,
    before,
    after,
  }));
}

async function openNotices(
  { identity, store }: OpeningDeps,
  { sent, said, frame }: VerifiedAnswer & { readonly sent: Receipt },
): Promise<OpenedAnswer> {
  const { recipient } = said;
  // A delivery without notices has no root to compare.
  if (said.size === 0) return { type: 'actions', delivery: said.delivery, frame: frame.number };
  const found = promisedBy(store, said, frame);
  if (found === 'lacking') {
    return isAwaited(store, frame, recipient)
      ? { type: 'lacking', frame: frame.number }
      : { type: 'forgotten' };
  }
  if (found === 'forgotten') return { type: 'forgotten' };
  if (found.root !== said.root) return disputeOf({ identity }, { sent, said, frame, promised: found });
  return receiptOf({ sent, said, frame, promised: found });
}

/** True while a notice of the frame, or one that has moved to a later frame, needs this recipient's receipt or its report. */
function isAwaited(store: GatewayStore, { number, notices }: OwnFrame, recipient: OrgId): boolean {
  const waitsFor = ({ seq }: FramedNotice): boolean =>
    store.settlement.waitingOf(seq).some(({ org }) => org === recipient);
  return store.frames.unsettled(number).some(({ reported }) => !reported) || notices.some(waitsFor);
}

/**
 * Returns the promise for the records that the receipt names: `lacking` while one of them has not arrived,
 * `forgotten` when a notice of the delivery was erased before its root was computed.
 */
function promisedBy(
  store: GatewayStore,
  { recipient, records }: VerifiedReceipt,
  { number, notices }: OwnFrame,
): NewPromise | 'lacking' | 'forgotten' {
  const { promised, recordNamed } = store.settlement;
  const known = promised(number, recipient, records);
  if (known) return { org: recipient, records, ...known };
  const named = records.map(recordNamed);
  if (named.some((record) => record === undefined)) return 'lacking';
  // Records of other frames brought only actions, which are not in the root.
  const own = named.flatMap((record) => (record?.frame === number ? [record] : []));
  const digests = own.map((record) => record.digest);
  const stored = promised(number, recipient, digests);
  if (stored) return { org: recipient, records: digests, ...stored };
  const reports = own.map(({ bytes }) => readStoredReport(bytes));
  return promiseTo(recipient, reports, promisedFrom(store, notices)) ?? 'forgotten';
}

interface ComparedAnswer extends VerifiedAnswer {
  readonly sent: Receipt;
  /** What the records that the receipt names leave to the recipient. */
  readonly promised: NewPromise;
}

/** The own notices that a delivery must hold, in its order. */
function promisedNotices({ frame, promised }: Pick<ComparedAnswer, 'frame' | 'promised'>) {
  const bySeq = new Map(frame.notices.map((notice) => [notice.seq, notice]));
  return promised.notices.flatMap((seq) => bySeq.get(seq) ?? []);
}

function receiptOf({ sent, said, frame, promised }: ComparedAnswer): OpenedAnswer {
  const notices = promisedNotices({ frame, promised });
  const outcomes = outcomesOf(
    said,
    notices.map((notice) => ({ jti: ownJti(notice), digest: notice.digest })),
  );
  if (outcomes === undefined) {
    throw fail('digest-mismatch', 'a receipt is about different notices from those that were sent');
  }
  return {
    type: 'receipt',
    delivery: said.delivery,
    receipt: {
      ...promised,
      frame: frame.number,
      ...signedBy(said),
      except: listedIn(said),
      jws: sent.statement,
    },
    said: outcomes.map(({ type }) => type),
  };
}

/** Returns the stored fields of the signature. */
function signedBy({ issuedAt, key }: VerifiedReceipt) {
  return { at: issuedAt.getTime(), kid: key.kid };
}

/** Returns the stored form of the exceptions that a receipt lists. */
function listedIn({ except }: VerifiedReceipt): NewReceipt['except'] {
  return except.map(({ index: place, type, code = null }) => ({ place, type, code }));
}

/**
 * Disputes the notices that the records leave to the recipient. What its receipt lists of them is found by jti: a delivery
 * that differs from the records has its own places.
 */
async function disputeOf(
  { identity }: Pick<OpeningDeps, 'identity'>,
  { sent, said, frame, promised }: ComparedAnswer,
): Promise<OpenedAnswer> {
  const types = new Map(said.except.map(({ jti, type }) => [jti, type]));
  const answered = await answeredBy(identity, sent, said);
  // What the hub did not sign must not become evidence: the recipient would choose who is accused.
  const delivery = answered === undefined ? '' : (sent.delivery ?? '');
  const kept = { statement: sent.statement, delivery };
  return {
    type: 'dispute',
    delivery: said.delivery,
    dispute: {
      frame: frame.number,
      org: said.recipient,
      notices: promisedNotices({ frame, promised }).map((notice) => ({
        own: notice.seq,
        type: types.get(ownJti(notice)) ?? 'held',
      })),
      ...signedBy(said),
    },
    evidence: {
      what: 'dispute',
      org: said.recipient,
      frame: said.delivery,
      digest: said.digest,
      bytes: frames.receipt.encode({ statement: '', receipts: [kept], changes: [] }),
      at: identity.clock().getTime(),
    },
    blame: answered?.root === said.root ? 'hub' : 'recipient',
  };
}

/**
 * Returns the delivery statement that the recipient sent along; undefined if the hub did not sign it for this recipient and
 * this frame.
 */
async function answeredBy(
  { org, directory, clock }: Identity,
  { delivery = '' }: Receipt,
  { recipient, delivery: frame }: VerifiedReceipt,
): Promise<VerifiedDelivery | undefined> {
  try {
    const reading = { directory: directory.current(), recipient, now: clock() };
    const statement = await verifyDelivery(delivery, reading);
    return statement.originator === org && statement.frame === frame ? statement : undefined;
  } catch {
    return undefined;
  }
}
