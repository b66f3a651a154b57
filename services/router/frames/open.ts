import { type Code, errorFrom, fail } from '../../shared/kernel/errors.js';
import { type FrameId, type OrgId, parseFrameId, parseOrgId } from '../../shared/kernel/ids.js';
import type { NoticePart } from '../../shared/ledger/record-parts.js';
import { type VerifiedSubmission, verifySubmission } from '../../shared/ledger/submission.js';
import { isSuspended } from '../../shared/trust/directory.js';
import { personOf as personHolding } from '../../shared/trust/directory-key.js';
import { finalCode } from '../../shared/trust/may-pass.js';
import { MAX_FRAME_BYTES, MAX_ITEMS, MAX_PAIRS } from '../../shared/wire/frame-limits.js';
import type { Submission } from '../../shared/wire/frames.js';
import { bytesOfItem } from '../../shared/wire/items.js';
import type { JudgingAction } from '../actions/judging-action.js';
import { isTooFarAhead } from './ahead.js';
import { type AnsweredBy, answeredOn, framesOf } from './answered.js';
import { type BroughtReports, openBrought } from './brought.js';
import { isWithoutExtension } from '../actions/missing-extension.js';
import type { Frame } from './frame.js';
import type { Hub, Snapshot } from '../hub.js';
import { restoreReports } from './restore-reports.js';
import { judgeItems, type JudgedItem } from './items.js';
import { claimedIssue } from './refused-item.js';
import { type OpenedItem, openItems } from './open-items.js';

/** An opened submission: every item is verified, or refused with a code. */
export interface OpenedFrame {
  readonly type: 'opened';
  readonly frame: Frame;
  readonly snapshot: Snapshot;
  readonly submission: VerifiedSubmission;
  /** The organisation's last ledger sequence, read before anything that the decisions rest on. */
  readonly position: number;
  /** In the order of the submission. */
  readonly items: readonly JudgedItem[];
  /** Earlier reports that the originator sent along; verified. */
  readonly brought: BroughtReports;
  /** The ids of this frame and of the other frames with which its notices were recorded. */
  readonly frames: readonly FrameId[];
  /** Recipients whose receipts are on the ledger. */
  readonly answered: AnsweredBy;
  /**
   * True for a recipient for which a recorded notice has ended, because it cannot get the extension by which
   * the notice lives on.
   */
  readonly isUnextended: (notice: Pick<NoticePart, 'jti' | 'exp'>, recipient: OrgId) => boolean;
  /** Recipients of an action or a request of the recorded frame that they have not answered. */
  readonly owed: readonly OrgId[];
}

/** A message in which nothing could be verified: it goes to quarantine without a report. */
export interface Unusable {
  readonly type: 'unusable';
  readonly code: Code;
}

/**
 * A frame with a statement or an item that is signed up to a day ahead of the router's clock. It is taken out of
 * OUT without a record and is not quarantined, so that later frames of its organisation do not wait for it. The
 * outbox of its organisation offers it again.
 */
export interface AheadFrame {
  readonly type: 'ahead';
  readonly code: 'issued-in-future';
}

/**
 * Opens a submission: strict decoding, then signatures, schema and state of each item. Lost reports that were sent along
 * go to `restore` first; a dry run gives one that records nothing. Throws only temporary failures, because a signed
 * refusal settles the outbox for good (docs/architecture.md#rule-6).
 */
export async function openFrame(
  hub: Hub,
  frame: Frame,
  restore: typeof restoreReports = restoreReports,
): Promise<OpenedFrame | Unusable | AheadFrame> {
  const snapshot = hub.snapshot();
  try {
    const submission = frame.submission();
    checkLimits(submission);
    const brought = await openBrought(frame, snapshot);
    await restore(hub, frame, brought);
    const position = hub.store.ledger.lastSeq(frame.org);
    const by = { directory: snapshot.directory, originator: frame.org, now: snapshot.now };
    // A recorded frame is verified as of its recording: a key revoked since does not invalidate its
    // statement.
    const [statement, items] = await Promise.all([
      verifySubmission(submission, { ...by, ...recordedAt(hub, frame) }),
      openItems(hub, { org: frame.org, snapshot, items: submission.items }),
    ]);
    checkPairs(items, snapshot);
    const judged = hub.store.read(() => judgeItems(judgingBy(hub, snapshot), frame.org, items));
    const frames = recordedFrames(hub, frame, items);
    const answered = answeredOn(hub.store, {
      org: frame.org,
      ids: answering(hub, { frame, frames, brought }),
    });
    const owed = hub.store.read(() => owedOn(hub, frame, judged));
    const isUnextended: OpenedFrame['isUnextended'] = ({ jti, exp }, recipient) =>
      isWithoutExtension(hub, snapshot, { originator: frame.org, recipient, jti, exp });
    const opened = { frame, snapshot, submission: statement, position, brought, frames, answered, owed };
    return { ...opened, type: 'opened', items: judged, isUnextended };
  } catch (thrown) {
    const error = errorFrom(thrown);
    // Items that are too far ahead were refused one by one; only a statement that far ahead makes the frame unusable.
    if (error.code === 'issued-in-future' && !isStatementFar(frame, snapshot))
      return { type: 'ahead', code: error.code };
    return { type: 'unusable', code: finalCode(error, 'submission', frame.attempt) };
  }
}

/** Returns this frame, and those that its known notices and actions were recorded with. */
function recordedFrames(
  { store }: Pick<Hub, 'store'>,
  frame: Frame,
  items: readonly OpenedItem[],
): readonly FrameId[] {
  const known = items.flatMap((item) =>
    (item.type === 'notice' || item.type === 'ended') && item.known ? [item.known.jti] : [],
  );
  const framesOfActions = items.flatMap((item) =>
    item.type === 'action' && item.known ? [parseFrameId(item.known.frame)] : [],
  );
  return [...new Set([...framesOf(store, frame, known), ...framesOfActions])];
}

/** True when the statement of a submission is signed too far ahead to be waited for. */
function isStatementFar(frame: Frame, { now }: Snapshot): boolean {
  return isTooFarAhead(claimedIssue(frame.submission().statement), now);
}

/**
 * Returns the frames whose receipts answer this one: this frame alone when its originator sends the recorded
 * report along. Such an originator lacks receipts for this very frame: it cannot compare those for an earlier
 * frame of which it erased a notice before the report came.
 */
function answering(
  { store }: Hub,
  { frame: { org, id }, frames, brought }: Pick<OpenedFrame, 'frame' | 'frames' | 'brought'>,
): readonly FrameId[] {
  const isReported = brought.routing !== undefined && store.ledger.reportOn(org, id) !== undefined;
  return isReported ? [id] : frames;
}

const oversize = () => fail('oversize', 'a frame is larger than the limit');

function checkLimits({ items }: Submission): void {
  const bytes = items.reduce((sum, item) => sum + bytesOfItem(item), 0);
  if (items.length === 0) throw fail('frame-unreadable', 'a frame without items');
  if (items.length > MAX_ITEMS || bytes > MAX_FRAME_BYTES) throw oversize();
}

function checkPairs(items: readonly OpenedItem[], { directory }: Snapshot): void {
  const { size } = directory.organisations;
  // Addressees that are not members need no decision.
  const pairs = items.map((item) => {
    if (item.type === 'notice') return Math.min(item.notice.routing.addressees?.length ?? size, size);
    if (item.type === 'action') return item.action.scope === 'all' ? size : item.action.listed.length;
    return item.type === 'request' ? 1 : 0;
  });
  if (pairs.reduce((sum, count) => sum + count, 0) > MAX_PAIRS) throw oversize();
}

function owedOn({ store }: Hub, { org, id }: Frame, items: readonly JudgedItem[]): readonly OrgId[] {
  const acts = store.actions.unansweredIn(org, id).map(parseOrgId);
  const asked = items.flatMap((item) => (item.type === 'request' && item.known ? [item.request.to] : []));
  if (asked.length === 0) return acts;
  const answered = new Set(store.deliveries.answeredBy(org, id));
  return [...acts, ...asked.filter((to) => !answered.has(to))];
}

/** What actions and requests are judged by: the registers on the ledger, and the same snapshot as the notices. */
function judgingBy({ store }: Hub, { directory, policy, now }: Snapshot): JudgingAction {
  const isClosed = (org: OrgId): boolean => {
    const member = directory.organisations.get(org);
    return member === undefined || isSuspended(member, now);
  };
  const personOf = (kid: string): string => {
    const key = directory.key(kid);
    return key === undefined ? kid : personHolding(key);
  };
  return { store, policy, now, isClosed, personOf };
}

function recordedAt({ store }: Hub, { org, id }: Frame): { readonly recorded?: Date } {
  const at = store.ledger.reportedAt(org, id);
  return at === undefined ? {} : { recorded: new Date(at) };
}
