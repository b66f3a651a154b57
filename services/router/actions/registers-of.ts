import { readRecordedAction, type RecordedAction } from '../../shared/ledger/action.js';
import {
  applyItem,
  EMPTY_REGISTERS,
  lifeEndOf,
  type NoticeRegisters,
  type RegisterItem,
} from '../../shared/notice/registers.js';
import type { KnownAction } from '../../shared/store/router/router-actions.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import { frames } from '../../shared/wire/frames.js';
import { registerItemsOf } from './register-items.js';

type Facts = Pick<RouterStore, 'notices' | 'actions'>;

/**
 * Returns the registers of a notice, made from its revisions and actions on the ledger. Not stored: the order in which records
 * are read does not matter, and few notices have actions.
 */
export function registersOf(store: Facts, originator: string, id: string): NoticeRegisters {
  const contents = store.notices.revisionsOf(originator, id).map(({ number, digest, exp }): RegisterItem => {
    return { type: 'content', number, digest, expiresAt: exp * 1000 };
  });
  const acted = store.actions
    .of(originator, id)
    .flatMap((action) => registerItemsOf(readKnownAction(action)));
  return applyAll(EMPTY_REGISTERS, [...contents, ...acted]);
}

/** Applies several items, whatever becomes of each. */
export function applyAll(state: NoticeRegisters, items: readonly RegisterItem[]): NoticeRegisters {
  return items.reduce((before, item) => applyItem(before, item).state, state);
}

/** Reads the action of a row: it was verified before it was recorded. */
export function readKnownAction({ bytes }: Pick<KnownAction, 'bytes'>): RecordedAction {
  return readRecordedAction(frames.action.decode(bytes));
}

/** When a notice ends by its register `life`, which an extension moves; undefined where no extension is in force. */
export function extendedEnd(store: Facts, originator: string, id: string): Date | undefined {
  if (!store.actions.has(originator, id, 'extend')) return undefined;
  const state = registersOf(store, originator, id);
  const end = lifeEndOf(state);
  return state.life === null || end === null ? undefined : new Date(end);
}

/** True when an action on the ledger ended the notice. */
export function isWithdrawn(
  { actions }: Pick<RouterStore, 'actions'>,
  originator: string,
  id: string,
): boolean {
  return actions.has(originator, id, 'withdraw');
}
