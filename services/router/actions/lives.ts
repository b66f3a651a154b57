import type { NoticeId, OrgId } from '../../shared/kernel/ids.js';
import { type NoticeRegisters, type RegisterItem, suspendedUntil } from '../../shared/notice/registers.js';
import type { KnownAction } from '../../shared/store/router/router-actions.js';
import { createActionsRead } from './actions-read.js';
import { judgeAction } from './judge-action.js';
import type { JudgingAction } from './judging-action.js';
import { judgeRequest } from './judge-request.js';
import type { OpenedAction, OpenedRequest } from './open-action.js';
import type { ActionRefusal } from './refuse.js';
import { applyAll, registersOf } from './registers-of.js';
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

/** Creates the registers for one frame, from the revisions and actions on the ledger. */
export function createLives(given: JudgingAction, org: OrgId): Lives {
  const judging = { ...given, acts: createActionsRead(given.store) };
  const room = createActionRoom(given.store, org);
  const recorded = new Map<NoticeId, NoticeRegisters>();
  const states = new Map<NoticeId, NoticeRegisters>();
  // Revisions are applied to the registers only when an action is judged: most frames have no action.
  const revised = new Map<NoticeId, readonly RegisterItem[]>();
  const asked = new Set<string>();
  const isPublished = (id: NoticeId): boolean =>
    revised.has(id) || judging.store.notices.newestNumber(org, id) > 0;
  const recordedOf = (id: NoticeId): NoticeRegisters => {
    const about = { originator: org, id };
    const state = recorded.get(id) ?? registersOf(judging.store, about, judging.acts.on(org, id));
    recorded.set(id, state);
    return state;
  };
  const stateOf = (id: NoticeId): NoticeRegisters => {
    const state = states.get(id) ?? applyAll(recordedOf(id), revised.get(id) ?? []);
    states.set(id, state);
    return state;
  };
  return {
    revise: ({ id, number, digest, exp }) => {
      const item = { type: 'content', number, digest, expiresAt: exp * 1000 } as const;
      revised.set(id, [...(revised.get(id) ?? []), item]);
    },
    judge: (opened) => {
      const { action, known } = opened;
      if (known !== undefined) return undefined;
      const { id } = action;
      // Before the actions of the notice are read.
      if (isPublished(id) && !room.hasFor(opened)) return { code: 'too-many-actions' };
      const judged = judgeAction(judging, action, isPublished(id) ? stateOf(id) : undefined);
      if ('code' in judged) return judged;
      states.set(id, judged.state);
      room.take(opened);
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
      judging.store.actions.has(org, id, 'suspend') ? suspensionIn(judging, org, recordedOf(id)) : undefined,
    isEnded: (id) => states.has(id) && stateOf(id).end !== null,
  };
}
