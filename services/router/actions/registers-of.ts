import { actionItemsOf } from '../../shared/ledger/action-items.js';
import { readRecordedAction, type RecordedAction } from '../../shared/ledger/action.js';
import {
  applyItem,
  EMPTY_REGISTERS,
  lifeEndOf,
  type NoticeRegisters,
  type RegisterItem,
} from '../../shared/notice/registers.js';
import { isLastingBar, type LastingBar, lastingBars } from '../../shared/notice/lasting-bars.js';
import type { ActionMark, KnownAction } from '../../shared/store/router/router-actions.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { frames } from '../../shared/wire/frames.js';

type Projection = Pick<RouterStore, 'notices' | 'actions'>;

/**
 * Computes the registers of a notice from its revisions and actions on the ledger. They are not stored, so
 * that the order in which records are read does not matter; few notices have actions.
 */
export function registersOf(
  store: Projection,
  { originator, id }: { readonly originator: string; readonly id: string },
  actions: readonly RecordedAction[],
): NoticeRegisters {
  const contents = contentsOf(store, originator, id);
  const recalls = recallsOn(store, originator, id);
  return applyAll(EMPTY_REGISTERS, [...contents, ...actions.flatMap(actionItemsOf), ...recalls]);
}

function contentsOf(
  { notices }: Pick<Projection, 'notices'>,
  originator: string,
  id: string,
): readonly RegisterItem[] {
  return notices.revisionsOf(originator, id).map(({ number, digest, exp }) => {
    return { type: 'content', number, digest, expiresAt: exp * 1000 };
  });
}

/** Returns the recalls on a notice, which are no actions of its originator. */
function recallsOn(
  { actions }: Pick<Projection, 'actions'>,
  originator: string,
  id: string,
): readonly RegisterItem[] {
  return actions
    .marksOf(originator, id)
    .flatMap(({ verb, number, digest }) => (verb === 'cancel' ? [{ type: verb, number, digest }] : []));
}

/** Applies items one after the other, whatever the outcome of each is. */
export function applyAll(state: NoticeRegisters, items: readonly RegisterItem[]): NoticeRegisters {
  return items.reduce((before, item) => applyItem(before, item).state, state);
}

/**
 * Decodes the action of a row without verifying it: it was verified before it was recorded. A recall (`cancel`)
 * is no action of its originator and cannot be decoded.
 */
export function readKnownAction({ bytes }: Pick<KnownAction, 'bytes'>): RecordedAction {
  return readRecordedAction(frames.action.decode(bytes));
}

/** Returns the end that an extension gives a notice; undefined when no extension is in force. */
export function extendedEnd(store: Projection, originator: string, id: string): Date | undefined {
  const state = extendedState(store, originator, id);
  const end = state && lifeEndOf(state);
  return state?.life && end ? new Date(end) : undefined;
}

/** Returns the extension that is in force on a notice; undefined when none is. */
export function extensionOn(store: Projection, originator: string, id: string): KnownAction | undefined {
  const life = extendedState(store, originator, id)?.life;
  return life ? store.actions.byDigest(originator, life.digest) : undefined;
}

/**
 * Computes the registers of content, life and end alone; undefined for a notice without any extension. Does
 * not decode the actions, because it is computed for each extended notice of a frame.
 */
function extendedState(store: Projection, originator: string, id: string): NoticeRegisters | undefined {
  if (!store.actions.has(originator, id, 'extend')) return undefined;
  const marks = store.actions.marksOf(originator, id).flatMap(lifeItem);
  return applyAll(EMPTY_REGISTERS, [...contentsOf(store, originator, id), ...marks]);
}

function lifeItem({ verb, number, digest, extendsTo }: ActionMark): readonly RegisterItem[] {
  if (verb === 'withdraw' || verb === 'cancel') return [{ type: verb, number, digest }];
  return extendsTo === null ? [] : [{ type: 'extend', number, digest, expiresAt: extendsTo * 1000 }];
}

/**
 * Returns what restrictions by the originator on the ledger, and in `more`, keep from recipients of a new revision, whatever its
 * number; undefined for a notice without restrictions.
 */
export function barredOnLedger(
  { actions }: Pick<RouterStore, 'actions'>,
  { originator, id }: { readonly originator: string; readonly id: string },
  more: readonly RecordedAction[] = [],
): ReadonlyMap<string, LastingBar> | undefined {
  if (!actions.has(originator, id, 'restrict') && !more.some(isLastingBar)) return undefined;
  const known = actions.of(originator, id).filter(({ verb }) => LASTING_VERBS.has(verb));
  return lastingBars([...known.map(readKnownAction), ...more]);
}

/** The verbs of the actions that bar or open for later revisions. */
const LASTING_VERBS: ReadonlySet<string> = new Set(['restrict', 'lift', 'unseal']);

/** True when a withdrawal or a recall on the ledger ended the notice. */
export function isEndedOnLedger(
  { actions }: Pick<RouterStore, 'actions'>,
  originator: string,
  id: string,
): boolean {
  return actions.has(originator, id, 'withdraw') || actions.has(originator, id, 'cancel');
}
