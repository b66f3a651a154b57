import { type Jti, type NoticeId, type OrgId, parseJti, parseOrgId } from '../../shared/kernel/ids.js';
import type { LastingBar } from '../../shared/notice/lasting-bars.js';
import type { KnownAction } from '../../shared/store/router/router-actions.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { placeOfRequest } from '../../shared/trust/directory/pending-requests.js';
import type { SubmittedNotice, Verified } from '../../shared/trust/open-notice.js';
import { holdersOn } from '../actions/holders-on.js';
import type { JudgingAction } from '../actions/judging-action.js';
import { createLives, type Lives } from '../actions/lives.js';
import type { OpenedAction, OpenedRequest } from '../actions/open-action.js';
import type { ActionRefusal } from '../actions/refuse.js';
import type { OpenedKeyRequest } from '../actions/open-key-request.js';
import { isEndedOnLedger } from '../actions/registers-of.js';
import type { OpenedItem } from './open-items.js';
import type { OpenedRelease } from './open-release.js';
import type { RefusedItem } from './refused-item.js';

/** One notice of a frame, compared with the ledger. */
interface JudgedNotice {
  readonly type: 'notice';
  readonly index: number;
  readonly notice: Verified<SubmittedNotice>;
  readonly known: KnownNotice | undefined;
  /** True when a later revision or an end is known: this one is no longer delivered. */
  readonly isOvertaken: boolean;
  /** The suspension in force on a new notice; each recipient of the notice is handed it as well. */
  readonly suspension?: KnownAction | undefined;
  /** What restrictions by the originator take from each recipient of a new notice; a recorded one keeps its decisions. */
  readonly barred?: ReadonlyMap<string, LastingBar> | undefined;
}

/** An accepted action, with the holders of its notice by the ledger. */
interface JudgedAction extends OpenedAction {
  readonly holders: readonly OrgId[];
  /** Recipients to which an earlier record hands the action, and which have not answered it. */
  readonly owing: readonly OrgId[];
  /** True for a holder that a narrowing keeps the recorded action from. */
  readonly isUnacted: (holder: OrgId) => boolean;
}

/** One item of a frame, compared with the ledger and with the other items. */
export type JudgedItem =
  | JudgedNotice
  | { readonly type: 'ended'; readonly index: number; readonly known: KnownNotice; readonly text: string }
  | JudgedAction
  | OpenedRequest
  | OpenedKeyRequest
  | OpenedRelease
  | RefusedItem;

/**
 * Compares the items with the ledger and with each other; the results are in the order of the submission. Actions are judged after
 * the notices, so that the newest content and an end count first, wherever they are in the frame.
 */
export function judgeItems(
  judging: JudgingAction,
  org: OrgId,
  opened: readonly OpenedItem[],
): readonly JudgedItem[] {
  const judgeNotice = createJudgeNotice(judging.store, org);
  const lives = createLives(judging, org);
  const { actions } = judging.store;
  const withJudgedNotices = opened.map((item) => {
    if (item.type !== 'notice' && item.type !== 'ended') return item;
    const judged = judgeNotice.judge(item);
    if (judged.type === 'notice') lives.revise(judged.notice);
    return judged;
  });
  const found = new Map<NoticeId, readonly OrgId[]>();
  const holdersOf = (id: NoticeId): readonly OrgId[] => {
    const holders = found.get(id) ?? holdersOn(judging.store, org, id);
    found.set(id, holders);
    return holders;
  };
  const hasNotices = withJudgedNotices.some(({ type }) => type === 'notice' || type === 'ended');
  const judgedItems = withJudgedNotices.map((item) =>
    judgeActed({ lives, actions, holdersOf, hasNotices }, item),
  );
  return refuseSecond(judgedItems).map((item) => {
    if (item.type !== 'notice') return item;
    const { id, number } = item.notice;
    const isOvertaken = item.isOvertaken || number < judgeNotice.newest(id) || lives.isEnded(id);
    if (item.known) return { ...item, isOvertaken };
    return { ...item, isOvertaken, suspension: lives.suspensionOn(id), barred: lives.barredOn(id) };
  });
}

/** Refuses a key request after another one of the frame about the same: one waits at a time. */
function refuseSecond(items: readonly JudgedItem[]): readonly JudgedItem[] {
  const taken = new Set<string>();
  return items.map((item) => {
    if (item.type !== 'keyRequest') return item;
    const place = placeOfRequest(item.asked);
    if (taken.has(place)) return refusedBy(item, item.asked.digest, { code: 'request-open' });
    taken.add(place);
    return item;
  });
}

interface Acting {
  readonly lives: Lives;
  readonly actions: Pick<RouterStore['actions'], 'isUnacted' | 'unansweredOf'>;
  /** The holders of a notice, read once for each frame. */
  readonly holdersOf: (id: NoticeId) => readonly OrgId[];
  /** True when the frame has notices, whose content the ledger does not hold. */
  readonly hasNotices: boolean;
}

function judgeActed(
  { lives, actions, holdersOf, hasNotices }: Acting,
  item: JudgedNoticeItem | OpenedActed,
): JudgedItem {
  switch (item.type) {
    case 'action': {
      const refusal = hasNotices ? (notAlone(item) ?? lives.judge(item)) : lives.judge(item);
      if (refusal !== undefined) return refusedBy(item, item.action.digest, refusal);
      const { id, originator, digest } = item.action;
      const isUnacted = (recipient: OrgId): boolean =>
        actions.isUnacted({ originator, action: digest, recipient });
      const owing = actions.unansweredOf(originator, digest).map(parseOrgId);
      return { ...item, holders: holdersOf(id), owing, isUnacted };
    }
    case 'request': {
      const refusal = lives.judgeRequest(item);
      return refusal === undefined ? item : refusedBy(item, item.request.digest, refusal);
    }
    case 'keyRequest':
    case 'release':
    case 'notice':
    case 'ended':
    case 'refused':
      return item;
  }
}

/**
 * Refuses a new extension beside notices. A notice past its own end leaves only after its extension; an extension in a
 * frame without notices can be handed over from the ledger at any time, so that no two frames wait for each other.
 */
function notAlone({ action: { verb }, known }: OpenedAction): ActionRefusal | undefined {
  return verb === 'extend' && known === undefined ? { code: 'extension-not-alone' } : undefined;
}

type OpenedActed = OpenedAction | OpenedRequest | OpenedKeyRequest | OpenedRelease;
type JudgedNoticeItem = Extract<JudgedItem, { readonly type: 'notice' | 'ended' | 'refused' }>;

function refusedBy(
  { index, text }: Pick<RefusedItem, 'index' | 'text'>,
  digest: string,
  refusal: ActionRefusal,
): RefusedItem {
  return { type: 'refused', index, jti: null, digest, text, ...refusal };
}

type OpenedNotice = Extract<OpenedItem, { readonly type: 'notice' | 'ended' }>;

/**
 * Judges the notices of one frame in their order. The same jti with another digest is a conflict (docs/architecture.md#rule-2);
 * a notice that is not recorded needs a number above all known ones of its id, and no withdrawal of that id
 * may be recorded (docs/architecture.md#rule-5).
 */
function createJudgeNotice(store: RouterStore, org: OrgId) {
  const { notices } = store;
  // What this frame holds so far takes precedence over the ledger.
  const newests = new Map<NoticeId, number>();
  const digests = new Map<Jti, string>();
  const newest = (id: NoticeId): number => newests.get(id) ?? notices.newestNumber(org, id);
  const judge = (item: OpenedNotice): JudgedNoticeItem => {
    const { index, text, known } = item;
    if (item.type === 'ended') {
      const [jti, { digest }] = [parseJti(item.known.jti), item.known];
      if (digests.has(jti)) return { type: 'refused', index, jti, digest, code: 'superseded', text };
      digests.set(jti, digest);
      return { type: 'ended', index, known: item.known, text };
    }
    const { jti, digest, id, number } = item.notice;
    const taken = digests.get(jti) ?? notices.revision(org, jti)?.digest;
    const refused = { type: 'refused', index, jti, digest, text } as const;
    if (taken !== undefined && taken !== digest) return { ...refused, code: 'number-conflict' };
    const isEnded = isEndedOnLedger(store, org, id);
    if (known === undefined && isEnded) return { ...refused, code: 'notice-ended' };
    const before = newest(id);
    // A frame may hold a notice only once, even a known one: no receipt could answer a delivery that
    // contains it twice.
    if (digests.has(jti) || (known === undefined && number <= before)) {
      return { ...refused, code: 'superseded', ...(digests.has(jti) ? {} : { number: before }) };
    }
    digests.set(jti, digest);
    newests.set(id, Math.max(number, before));
    return { type: 'notice', index, notice: item.notice, known, isOvertaken: isEnded || number < before };
  };
  return { judge, newest };
}
