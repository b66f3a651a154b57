import { fail } from '../../shared/kernel/errors.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { OwnEnd } from '../../shared/store/gateway/gateway-end.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { actionItemsOf } from '../../shared/ledger/action-items.js';
import { isActionVerb } from '../../shared/notice/action-verbs.js';
import {
  applyItem,
  EMPTY_REGISTERS,
  type NoticeRegisters,
  type RegisterItem,
} from '../../shared/notice/registers.js';

/** The life of an own notice: its revisions, the actions on it, and the registers that both lead to. */
export interface OwnLife {
  readonly id: string;
  readonly revisions: readonly OwnRow[];
  /** The newest revision that was issued and not refused; the newest of all if there is none. */
  readonly newest: OwnRow;
  /** All actions on it, those that are held or were refused included. */
  readonly items: readonly ItemRow[];
  /** Undefined while it lives. */
  readonly end: OwnEnd | undefined;
  readonly registers: NoticeRegisters;
  /** The highest number of any revision or action. */
  readonly lastNumber: number;
}

/** Reads the life of an own notice; undefined for an unknown one. */
export function readLife(
  store: Pick<GatewayStore, 'own' | 'items' | 'ends'>,
  id: string,
): OwnLife | undefined {
  const revisions = store.own.revisions(id);
  const newest = revisions.findLast(isIssued) ?? revisions.at(-1);
  if (newest === undefined) return undefined;
  const items = store.items.of('', id);
  const numbers = [...revisions, ...items].map(({ number }) => number);
  return {
    id,
    revisions,
    newest,
    items,
    end: store.ends.endOf(id) ?? expiryOf(newest),
    registers: registersBy(revisions, items),
    lastNumber: Math.max(...numbers),
  };
}

/** True for a revision that left, or may leave at once: not while it awaits its approval, and not once it was refused. */
function isIssued({ state }: OwnRow): boolean {
  return state !== 'refused' && state !== 'awaiting-approval';
}

/** Returns the registers after these revisions and items; those that were not issued, or were refused, change nothing. */
export function registersBy(revisions: readonly OwnRow[], items: readonly ItemRow[]): NoticeRegisters {
  const contents = revisions.filter(isIssued).map(contentOf);
  return [...contents, ...items.flatMap(appliedBy)].reduce(
    (state, item) => applyItem(state, item).state,
    EMPTY_REGISTERS,
  );
}

/** True when only the ledger has the newest revision, because the database was restored. */
export function isLost({ newest }: Pick<OwnLife, 'newest'>): boolean {
  return newest.state === 'lost';
}

/** Throws `content-lost` for what needs the content of the newest revision, such as a later end, while that is lost. */
export function requireContent(life: Pick<OwnLife, 'newest'>): void {
  if (!isLost(life)) return;
  throw fail('content-lost', 'the content of the newest revision was lost in a restore');
}

/** Returns the end of a notice whose content was erased without a stored end: it expired. */
function expiryOf({ state, header, exp }: OwnRow): OwnEnd | undefined {
  if (state === 'lost' || (state !== 'ended' && header !== null)) return undefined;
  return { ending: 'expired', reason: null, at: exp * 1000 };
}

function contentOf({ number, digest, header, exp }: OwnRow): RegisterItem {
  const { expiresAt } = JSON.parse(header ?? '{}') as { readonly expiresAt?: string };
  return {
    type: 'content',
    number,
    digest,
    expiresAt: expiresAt === undefined ? exp * 1000 : Date.parse(expiresAt),
  };
}

/**
 * True when later revisions or actions of this gateway have replaced everything that a refused action would change:
 * signing it again would undo them. Numbers are not compared: the hub's newest number replaced the refused one.
 */
export function isOvertaken({ revisions, items }: OwnLife, item: ItemRow): boolean {
  const later = registersBy(
    revisions.filter(({ at }) => at > item.at),
    items.filter(({ seq }) => seq > item.seq),
  );
  const changes = changesOf({ ...item, number: 1 });
  return changes.length > 0 && changes.every((one) => applyItem(later, one).outcome === 'ignored');
}

/**
 * Returns what an action changes in the registers; nothing if it is held, was refused or was given up. One that reached the
 * hub before its notice counts, because it is sent again once the hub knows the notice.
 */
function appliedBy(item: ItemRow): readonly RegisterItem[] {
  const isEarly = item.state === 'refused' && item.code === 'not-own-notice';
  const isVoid = item.state === 'held' || (item.code !== null && !isEarly);
  return isVoid ? [] : changesOf(item);
}

function changesOf({ verb, number, digest, fields }: ItemRow): readonly RegisterItem[] {
  if (verb === 'cancel') return [{ type: verb, number, digest: digest ?? '' }];
  if (!isActionVerb(verb)) return [];
  const { until, expiresAt, meant = [] } = fields;
  // Which disclosure of which revision an unseal opens makes no difference for the comparison of numbers.
  const opened = (to: string, section = '') => ({ to, section, digest: '', disclosure: '' });
  const listed = verb === 'unseal' ? meant.map(({ to, section }) => opened(to, section)) : meant;
  return actionItemsOf({ verb, number, digest: digest ?? '', until, expiresAt, listed });
}
