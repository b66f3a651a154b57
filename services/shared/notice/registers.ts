import {
  accessSince,
  applyRestrict,
  applyUnseal,
  FULL_ACCESS,
  type HolderAccess,
  type RestrictLeaf,
  type UnsealLeaf,
} from './access-register.js';
import { MAX_NOTICE_ACTIONS } from './action-verbs.js';
import { after } from './duration.js';
import { compareMarks, type RegisterMark, type RegisterOutcome } from './register-mark.js';

/**
 * The registers of one notice: plain data. An item changes one register and is compared by number within it alone, so that
 * items that arrive in any order, more than once or late give the same state.
 */
export interface NoticeRegisters {
  /** The highest number of any item, also of one that changed nothing; 0 before the first. */
  readonly newest: number;
  /** The newest revision; null while only actions on it are known. */
  readonly content: DatedMark | null;
  /**
   * The newest extension after the content; null without one: then the end that the content states counts.
   */
  readonly life: DatedMark | null;
  readonly pause: PauseRegister;
  /** By organisation. Holds only marks that are newer than the content, because a later revision opens what was barred. */
  readonly access: Readonly<Record<string, HolderAccess>>;
  /** When it is set, all other registers are empty. */
  readonly end: EndMark | null;
}

/** A revision or an extension; `expiresAt` in milliseconds since 1970. */
interface DatedMark extends RegisterMark {
  readonly expiresAt: number;
}

/** A suspend; `until` in milliseconds since 1970. */
interface SuspendMark extends RegisterMark {
  readonly until: number;
}

interface PauseRegister {
  readonly resume: RegisterMark | null;
  /**
   * The suspends after `resume`, in the order of their numbers; at most `MAX_NOTICE_ACTIONS`: the first and
   * the newest ones.
   */
  readonly suspends: readonly SuspendMark[];
}

/** How a notice ended; an expiry has the number 0 and no digest. */
interface EndMark extends RegisterMark {
  readonly by: 'withdraw' | 'cancel' | 'expired';
}

/** What changes a register. A listed action is one item for each of its leaves, with the organisation as `to`. */
export type RegisterItem =
  | ({ readonly type: 'content' } & DatedMark)
  | ({ readonly type: 'extend' } & DatedMark)
  | ({ readonly type: 'suspend' } & SuspendMark)
  | ({ readonly type: 'resume' } & RegisterMark)
  | ({ readonly type: 'withdraw' } & RegisterMark)
  | ({ readonly type: 'cancel' } & RegisterMark)
  | ({ readonly type: 'restrict'; readonly to: string } & RestrictLeaf)
  | ({ readonly type: 'unseal'; readonly to: string } & UnsealLeaf)
  | { readonly type: 'expired' };

/** The state after an item, and what became of the item. */
export interface AppliedItem {
  readonly state: NoticeRegisters;
  readonly outcome: RegisterOutcome;
}

/** The longest time from the first suspend since the last resume. */
export const MAX_SUSPENSION = 'P6M';

/** The registers of a notice of which nothing is known. */
export const EMPTY_REGISTERS: NoticeRegisters = {
  newest: 0,
  content: null,
  life: null,
  pause: { resume: null, suspends: [] },
  access: {},
  end: null,
};

/** Applies an item. An item that comes before its notice is kept, and counts when the notice comes. */
export function applyItem(before: NoticeRegisters, item: RegisterItem): AppliedItem {
  if (item.type === 'expired') return end(before, { by: 'expired', number: 0, digest: '' });
  const state = { ...before, newest: Math.max(before.newest, item.number) };
  if (item.type === 'withdraw' || item.type === 'cancel') {
    return end(state, { by: item.type, number: item.number, digest: item.digest });
  }
  return state.end ? { state, outcome: 'ended' } : applyWhileLiving(state, item);
}

type ItemOf<T extends RegisterItem['type']> = Extract<RegisterItem, { readonly type: T }>;
type LivingItem = Exclude<RegisterItem, { readonly type: 'withdraw' | 'cancel' | 'expired' }>;

function applyWhileLiving(state: NoticeRegisters, item: LivingItem): AppliedItem {
  switch (item.type) {
    case 'content':
      return revise(state, item);
    case 'suspend':
      return suspend(state, item);
    case 'resume':
      return resume(state, item);
    case 'extend':
    case 'restrict':
    case 'unseal':
      // A newer revision states its own end, and its recipients may hold the sections that come with it.
      if (state.content && item.number <= state.content.number) return { state, outcome: 'ignored' };
      return item.type === 'extend' ? extend(state, item) : changeAccess(state, item);
  }
}

/**
 * An end empties all other registers. An action replaces an expiry; of two actions the one with the higher
 * number counts.
 */
function end(state: NoticeRegisters, mark: EndMark): AppliedItem {
  const outcome = compareMarks([state.end], mark);
  if (outcome !== 'applied') return { state, outcome };
  return { state: { ...EMPTY_REGISTERS, newest: state.newest, end: mark }, outcome };
}

function revise(state: NoticeRegisters, { number, digest, expiresAt }: DatedMark): AppliedItem {
  const outcome = compareMarks([state.content], { number, digest });
  if (outcome !== 'applied') return { state, outcome };
  const life = state.life && state.life.number > number ? state.life : null;
  const access = Object.entries(state.access).flatMap(([org, marks]): [string, HolderAccess][] => {
    const since = accessSince(marks, number);
    return since ? [[org, since]] : [];
  });
  const content = { number, digest, expiresAt };
  return { state: { ...state, content, life, access: Object.fromEntries(access) }, outcome };
}

function extend(state: NoticeRegisters, { number, digest, expiresAt }: DatedMark): AppliedItem {
  const outcome = compareMarks([state.life], { number, digest });
  if (outcome !== 'applied') return { state, outcome };
  return { state: { ...state, life: { number, digest, expiresAt } }, outcome };
}

function suspend(state: NoticeRegisters, { number, digest, until }: SuspendMark): AppliedItem {
  const { resume: last, suspends } = state.pause;
  const outcome = compareMarks([last, ...suspends], { number, digest });
  // A suspend that is older than the newest one is kept too: the six months count from the first one.
  if (
    compareMarks([last, ...suspends.filter((mark) => mark.number === number)], { number, digest }) !==
    'applied'
  )
    return { state, outcome };
  const all = [...suspends, { number, digest, until }].toSorted((a, b) => a.number - b.number);
  const kept = all.length > MAX_NOTICE_ACTIONS ? all.toSpliced(1, all.length - MAX_NOTICE_ACTIONS) : all;
  return { state: { ...state, pause: { resume: last, suspends: kept } }, outcome };
}

function resume(state: NoticeRegisters, { number, digest }: RegisterMark): AppliedItem {
  const { resume: last, suspends } = state.pause;
  const outcome = compareMarks([last, ...suspends], { number, digest });
  if (outcome === 'conflict' || compareMarks([last], { number, digest }) !== 'applied')
    return { state, outcome };
  const since = suspends.filter((mark) => mark.number > number);
  return { state: { ...state, pause: { resume: { number, digest }, suspends: since } }, outcome };
}

function changeAccess(
  state: NoticeRegisters,
  { to, ...item }: ItemOf<'restrict'> | ItemOf<'unseal'>,
): AppliedItem {
  const before = state.access[to] ?? FULL_ACCESS;
  const { access, outcome } =
    item.type === 'restrict' ? applyRestrict(before, item) : applyUnseal(before, item);
  return access === before
    ? { state, outcome }
    : { state: { ...state, access: { ...state.access, [to]: access } }, outcome };
}

/** Returns when the notice ends by itself, in milliseconds since 1970; null while its content is unknown. */
export function lifeEndOf({ content, life }: NoticeRegisters): number | null {
  return content && (life ?? content).expiresAt;
}

/**
 * Returns the time until which the notice is suspended, in milliseconds since 1970; null if it is not. The
 * caller compares it with a steady clock.
 */
export function suspendedUntil({ pause: { suspends } }: NoticeRegisters): number | null {
  const [first, newest] = [suspends[0], suspends.at(-1)];
  return first && newest ? Math.min(newest.until, suspensionEnd(first.number)) : null;
}

/** Returns the latest `until` that a suspend with this number may state, in milliseconds since 1970. */
export function latestSuspension({ pause: { suspends } }: NoticeRegisters, number: number): number {
  return suspensionEnd(Math.min(suspends[0]?.number ?? number, number));
}

/** A number is the time of signing in milliseconds. */
function suspensionEnd(number: number): number {
  return after(new Date(number), MAX_SUSPENSION).getTime();
}
