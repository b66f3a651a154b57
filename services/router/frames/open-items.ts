import type { OrgId } from '../../shared/kernel/ids.js';
import { isTakenWhenSuspended, type SentKind } from '../../shared/notice/action-verbs.js';
import type { KnownNotice } from '../../shared/store/router/router-notices.js';
import { digest } from '../../shared/trust/digest.js';
import { isSuspended } from '../../shared/trust/directory.js';
import { sentKindOf } from '../../shared/trust/directory/key-request-claims.js';
import { openSubmission, type SubmittedNotice, type Verified } from '../../shared/trust/open-notice.js';
import type { Item } from '../../shared/wire/frames.js';
import { textOfItem, typeOfItem } from '../../shared/wire/items.js';
import { type OpenedAction, type OpenedRequest, openAction, openRequest } from '../actions/open-action.js';
import { openKeyItem, type OpenedKeyRequest } from '../actions/open-key-request.js';
import { extendedEnd } from '../actions/registers-of.js';
import type { Hub, Snapshot } from '../hub.js';
import { checkNumberAhead } from './ahead.js';
import { type OpenedRelease, openRelease } from './open-release.js';
import { type NamedItem, refuseItem, type RefusedItem } from './refused-item.js';

/** One item of a frame, verified by itself, before it is compared with the ledger and the other items. */
export type OpenedItem =
  | {
      readonly type: 'notice';
      readonly index: number;
      readonly notice: Verified<SubmittedNotice>;
      readonly text: string;
      /** The notice as recorded, when the ledger has exactly these bytes. */
      readonly known: KnownNotice | undefined;
    }
  /** A recorded notice that has expired since: it is no longer delivered. */
  | {
      readonly type: 'ended';
      readonly index: number;
      readonly text: string;
      readonly known: KnownNotice;
    }
  | OpenedAction
  | OpenedRequest
  | OpenedKeyRequest
  | OpenedRelease
  | RefusedItem;

interface Opening extends Pick<Hub, 'store' | 'keyRequests' | 'takesReleases'> {
  readonly org: OrgId;
  readonly snapshot: Snapshot;
  /** True for a frame with several items. */
  readonly isShared: boolean;
}

/**
 * Verifies all items in parallel; the results are in the order of the submission. Throws only temporary
 * failures.
 */
export async function openItems(
  { store, keyRequests, takesReleases }: Pick<Hub, 'store' | 'keyRequests' | 'takesReleases'>,
  { items, ...by }: Pick<Opening, 'org' | 'snapshot'> & { readonly items: readonly Item[] },
): Promise<readonly OpenedItem[]> {
  const opening = { ...by, store, keyRequests, takesReleases, isShared: items.length > 1 };
  const openings = store.read(() => items.map((item, index) => prepare(opening, item, index)));
  return Promise.all(openings.map((open) => open()));
}

type Open = () => Promise<OpenedItem>;

/** Reads what the ledger knows of an item, by its digest alone; the returned function verifies it. */
function prepare(opening: Opening, item: Item, index: number): Open {
  const type = typeOfItem(item);
  const text = textOfItem(item);
  const named = { index, text, digest: digest(type === 'notice' ? jwtOf(text) : text) };
  const opened = openerOf(opening, { item, named });
  return async () => {
    try {
      const result = await opened();
      return isTaken(opening, result) ? result : refused(named, 'member-suspended');
    } catch (thrown) {
      return refuseItem(thrown, { ...named, now: opening.snapshot.now });
    }
  };
}

function openerOf(
  { store, keyRequests, takesReleases, org, snapshot, isShared }: Opening,
  { item, named }: { readonly item: Item; readonly named: NamedItem },
): Open {
  const by = { org, snapshot };
  switch (typeOfItem(item)) {
    case 'notice': {
      const known = store.notices.byDigest(org, named.digest);
      const lifeEnd = known && extendedEnd(store, org, known.jti.split('.', 1)[0] ?? '');
      return () => openNotice(by, { ...named, known, lifeEnd });
    }
    case 'action': {
      const known = store.actions.byDigest(org, named.digest);
      const wire = item.action ?? { statement: '', leaves: [], disclosures: [] };
      return async () => {
        const opened = await openAction({ ...named, wire, known }, by);
        if (known === undefined) checkNumberAhead(opened.action.number, snapshot.now);
        return opened;
      };
    }
    case 'request':
      return () => openRequest({ ...named, known: store.asks.byDigest(org, named.digest) }, by);
    case 'keyRequest':
      return () => openKeyItem(named, { ...by, pending: keyRequests });
    case 'release': {
      if (!takesReleases) return async () => refused(named, 'not-yet');
      // Alone in its frame: otherwise one frame would pass the bound on those that wait, each of which takes seconds to judge.
      if (isShared) return async () => refused(named, 'release-refused');
      const known = store.releases.byStatement(org, named.digest);
      const waiting = store.releases.waitingOf(org);
      const wire = item.release ?? { statement: '', files: Buffer.alloc(0) };
      return () => openRelease({ ...named, wire, known }, { ...by, waiting });
    }
  }
}

function refused(named: NamedItem, code: RefusedItem['code']): RefusedItem {
  return { type: 'refused', ...named, jti: null, code };
}

function jwtOf(text: string): string {
  return text.slice(0, Math.max(0, text.indexOf('~')));
}

/**
 * True for an item that the member may send: a suspended one only ends, bars, revocations of its keys and what is on the ledger
 * already.
 */
function isTaken({ org, snapshot: { directory, now } }: Opening, item: OpenedItem): boolean {
  const member = directory.organisations.get(org);
  if (member === undefined || !isSuspended(member, now) || item.type === 'refused') return true;
  const isKnown = item.type !== 'keyRequest' && item.known !== undefined;
  return isKnown || isTakenWhenSuspended(sentKind(item));
}

function sentKind(item: Exclude<OpenedItem, RefusedItem>): SentKind {
  switch (item.type) {
    case 'notice':
    case 'ended':
      return 'notice';
    case 'action':
      return item.action.verb;
    case 'keyRequest':
      return sentKindOf(item.asked);
    case 'request':
    case 'release':
      return item.type;
  }
}

interface NamedNotice extends NamedItem {
  readonly known: KnownNotice | undefined;
  readonly lifeEnd: Date | undefined;
}

async function openNotice(
  { org, snapshot: { directory, now } }: Pick<Opening, 'org' | 'snapshot'>,
  { index, text, known, lifeEnd }: NamedNotice,
): Promise<OpenedItem> {
  const end = lifeEnd?.getTime() ?? (known === undefined ? undefined : known.exp * 1000);
  if (known !== undefined && end !== undefined && end <= now.getTime())
    return { type: 'ended', index, text, known };
  const times = known === undefined ? {} : { recorded: new Date(known.at) };
  const life = lifeEnd === undefined ? {} : { lifeEnd };
  const notice = await openSubmission(text, { directory, originator: org, now, ...times, ...life });
  if (known === undefined) checkNumberAhead(notice.number, now);
  return { type: 'notice', index, notice, text, known };
}
