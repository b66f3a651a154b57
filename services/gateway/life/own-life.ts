import { isDeepStrictEqual } from 'node:util';
import { fail } from '../../shared/kernel/errors.js';
import type { ItemRow } from '../../shared/store/gateway/gateway-items.js';
import type { OwnEnd } from '../../shared/store/gateway/gateway-end.js';
import type { OwnRow } from '../../shared/store/gateway/gateway-own.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import { actionItemsOf } from '../../shared/ledger/action-items.js';
import { isActionVerb } from '../../shared/notice/action-verbs.js';
import { isLastingBar, type LastingBar, lastingBars } from '../../shared/notice/lasting-bars.js';
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
  /** What restrictions by this originator keep from holders of later revisions; empty after the end. */
  readonly bars: ReadonlyMap<string, LastingBar>;
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
  const end = store.ends.endOf(id) ?? expiryOf(newest);
  return {
    id,
    revisions,
    newest,
    items,
    end,
    registers: registersBy(revisions, items),
    bars: end === undefined ? barsBy(items) : new Map(),
    lastNumber: Math.max(...numbers),
  };
}

/** Returns the bars of restrictions, lifts and unseals; those that are held, were refused or were given up count for nothing. */
function barsBy(items: readonly ItemRow[]): ReadonlyMap<string, LastingBar> {
  return lastingBars(items.filter((item) => !isVoid(item)).map(listedOf));
}

const listedOf = ({ verb, number, fields: { reason, meant = [] } }: ItemRow) => {
  return { verb, number, reason, listed: meant };
};

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
  if (isLastingBar({ verb: item.verb, reason: item.fields.reason })) return isBarOvertaken(items, item);
  const later = registersBy(
    revisions.filter(({ at }) => at > item.at),
    items.filter(({ seq }) => seq > item.seq),
  );
  const changes = changesOf({ ...item, number: 1 });
  return changes.length > 0 && changes.every((one) => applyItem(later, one).outcome === 'ignored');
}

/** True when a restriction by the originator bars nothing beside the later restrictions, lifts and unseals. */
function isBarOvertaken(items: readonly ItemRow[], item: ItemRow): boolean {
  const later = items.filter((one) => one.seq > item.seq && !isVoid(one)).map(listedOf);
  const [alone, both] = [lastingBars(later), lastingBars([{ ...listedOf(item), number: 0 }, ...later])];
  return item.fields.meant?.every(({ to }) => isDeepStrictEqual(both.get(to), alone.get(to))) ?? true;
}

/**
 * Returns what an action changes in the registers; nothing if it is held, was refused or was given up. One that reached the
 * hub before its notice counts, because it is sent again once the hub knows the notice.
 */
function appliedBy(item: ItemRow): readonly RegisterItem[] {
  return isVoid(item) ? [] : changesOf(item);
}

function isVoid({ state, code }: ItemRow): boolean {
  const isEarly = state === 'refused' && code === 'not-own-notice';
  return state === 'held' || (code !== null && !isEarly);
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
