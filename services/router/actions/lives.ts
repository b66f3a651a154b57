import type { NoticeId, OrgId } from '../../shared/kernel/ids.js';
import type { VerifiedAction } from '../../shared/ledger/action.js';
import { type NoticeRegisters, type RegisterItem, suspendedUntil } from '../../shared/notice/registers.js';
import type { LastingBar } from '../../shared/notice/lasting-bars.js';
import type { KnownAction } from '../../shared/store/router/router-actions.js';
import { createActionsRead } from './actions-read.js';
import { judgeAction } from './judge-action.js';
import type { JudgingAction, JudgingLives } from './judging-action.js';
import { judgeRequest } from './judge-request.js';
import { judgeReview } from './judge-review.js';
import type { OpenedAction, OpenedRequest } from './open-action.js';
import type { ActionRefusal } from './refuse.js';
import { applyAll, barredOnLedger, registersOf } from './registers-of.js';
import { createActionRoom } from './action-room.js';

/** The registers of one originator's notices while one of its frames is judged. */
export interface Lives {
  /** Adds a revision of the frame. */
  revise(content: Revision): void;
  /** Judges an action of the frame and applies it if it is accepted; undefined when nothing is against it. */
  judge(opened: OpenedAction): ActionRefusal | undefined;
  /**
   * Judges a request of the frame; undefined when nothing is against it. Only the first one for a section is
   * accepted.
   */
  judgeRequest(opened: OpenedRequest): ActionRefusal | undefined;
  /** Returns the suspension on the ledger that is in force on a notice; undefined when there is none. */
  suspensionOn(id: NoticeId): KnownAction | undefined;
  /**
   * Returns what restrictions by the originator on the ledger and in the frame keep from recipients of a new revision, whatever
   * its number; undefined for a notice without any.
   */
  barredOn(id: NoticeId): ReadonlyMap<string, LastingBar> | undefined;
  /** True when the frame has an action on the notice and the notice has ended. */
  isEnded(id: NoticeId): boolean;
}

/**
 * Returns the suspension on the ledger that is in force on a notice. Each recipient of a new revision is
 * handed it with that revision.
 */
function suspensionIn(
  { store, now }: Pick<JudgingAction, 'store' | 'now'>,
  org: OrgId,
  state: NoticeRegisters,
): KnownAction | undefined {
  if ((suspendedUntil(state) ?? 0) <= now.getTime()) return undefined;
  const newest = state.pause.suspends.at(-1);
  return newest && store.actions.byDigest(org, newest.digest);
}

/** A revision as it changes the registers; `exp` in seconds since 1970. */
interface Revision {
  readonly id: NoticeId;
  readonly number: number;
  readonly digest: string;
  readonly exp: number;
}

/** The registers of one originator's notices: as recorded, and with the items of the judged frame. */
interface FrameRegisters {
  /** Adds a revision of the frame. */
  revise(content: Revision): void;
  isPublished(id: NoticeId): boolean;
  /** Returns the registers by the ledger alone. */
  recordedOf(id: NoticeId): NoticeRegisters;
  /** Returns the registers with what the frame adds. */
  of(id: NoticeId): NoticeRegisters;
  /** Sets the registers after an accepted action of the frame. */
  set(id: NoticeId, state: NoticeRegisters): void;
  /** True once the registers were computed for an action of the frame. */
  has(id: NoticeId): boolean;
}

function createFrameRegisters({ store, acts }: JudgingLives, org: OrgId): FrameRegisters {
  const recorded = new Map<NoticeId, NoticeRegisters>();
  const states = new Map<NoticeId, NoticeRegisters>();
  // Revisions are applied to the registers only when an action is judged: most frames have no action.
  const revised = new Map<NoticeId, readonly RegisterItem[]>();
  const recordedOf = (id: NoticeId): NoticeRegisters => {
    const state = recorded.get(id) ?? registersOf(store, { originator: org, id }, acts.on(org, id));
    recorded.set(id, state);
    return state;
  };
  return {
    revise: ({ id, number, digest, exp }) => {
      const item = { type: 'content', number, digest, expiresAt: exp * 1000 } as const;
      revised.set(id, [...(revised.get(id) ?? []), item]);
    },
    isPublished: (id) => revised.has(id) || store.notices.newestNumber(org, id) > 0,
    recordedOf,
    of: (id) => {
      const state = states.get(id) ?? applyAll(recordedOf(id), revised.get(id) ?? []);
      states.set(id, state);
      return state;
    },
    set: (id, state) => void states.set(id, state),
    has: (id) => states.has(id),
  };
}

/** Creates the registers for one frame, from the revisions and actions on the ledger. */
export function createLives(given: JudgingAction, org: OrgId): Lives {
  const judging = { ...given, acts: createActionsRead(given.store) };
  const registers = createFrameRegisters(judging, org);
  const room = createActionRoom(given.store, org);
  const asked = new Set<string>();
  const taken = new Map<NoticeId, VerifiedAction[]>();
  return {
    revise: registers.revise,
    judge: (opened) => {
      const { action, known } = opened;
      if (known !== undefined) return undefined;
      const { id } = action;
      const isPublished = registers.isPublished(id);
      // Checked first, because `registers.of` reads all actions of the notice.
      if (isPublished && !room.hasFor(opened)) return { code: 'too-many-actions' };
      const judged = judgeAction(judging, action, isPublished ? registers.of(id) : undefined);
      if ('code' in judged) return judged;
      const refusal = judgeReview(judging, opened);
      if (refusal !== undefined) return refusal;
      registers.set(id, judged.state);
      room.take(opened);
      taken.set(id, [...(taken.get(id) ?? []), action]);
      return undefined;
    },
    judgeRequest: ({ request, known }) => {
      if (known !== undefined) return undefined;
      const { to, id, section } = request;
      const key = `${to} ${id} ${section}`;
      if (asked.has(key)) return { code: 'request-open' };
      const refusal = judgeRequest(judging, request);
      if (refusal === undefined) asked.add(key);
      return refusal;
    },
    suspensionOn: (id) =>
      judging.store.actions.has(org, id, 'suspend')
        ? suspensionIn(judging, org, registers.recordedOf(id))
        : undefined,
    barredOn: (id) => barredOnLedger(judging.store, { originator: org, id }, taken.get(id)),
    isEnded: (id) => registers.has(id) && registers.of(id).end !== null,
  };
}
