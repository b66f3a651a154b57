import { noticeIdOf } from '../../shared/kernel/ids.js';
import { fail } from '../../shared/kernel/errors.js';
import { verifyDeliveredAction } from '../../shared/ledger/action-delivery.js';
import { showPart, type ShownPart } from '../../shared/ledger/delivery/shown-part.js';
import { heldActionOf } from '../../shared/ledger/held/held-action.js';
import type { DeliveredNotice, OpenedDelivery } from '../../shared/ledger/delivery/open-delivery.js';
import { type VerifiedRequest, verifyRequest } from '../../shared/ledger/request.js';
import { applyItem } from '../../shared/notice/registers.js';
import type { Holdings, StoredHolding } from '../../shared/store/gateway/gateway-holdings.js';
import type { AskedSection } from '../../shared/store/gateway/gateway-asked.js';
import { digest } from '../../shared/trust/digest.js';
import type { DeliveredAction } from '../../shared/wire/frames.js';
import type { ClockWatch } from '../clock-watch.js';
import type { HolderAction } from '../holding/apply-action.js';
import { holderActionOf } from '../holding/holder-action.js';
import { readHolding } from '../holding/stored-holding.js';
import type { OwnIdentity } from '../identity.js';
import { type OpenedNotice, openOne } from './judge-delivery.js';

/** The items of a delivery, each verified. */
export interface OpenedItems {
  readonly actions: readonly HolderAction[];
  /** Requests for sections of own notices. */
  readonly requests: readonly AskedSection[];
  readonly notices: readonly OpenedNotice[];
}

interface OpeningItems {
  readonly identity: OwnIdentity;
  readonly mayPass: ClockWatch['mayPass'];
  readonly read: Holdings['read'];
  /** True when no message that could bring an extension waits in the stream IN. */
  readonly isDrained: () => boolean;
}

/**
 * Verifies all items of a delivery, with the signatures off the main thread. Actions and requests are judged
 * by the time of their record: a key that was revoked later could sign them then. Throws temporary errors,
 * and the error of an invalid action or request, which no router hands over.
 */
export async function openDeliveredItems(
  { identity, mayPass, read, isDrained }: OpeningItems,
  opened: OpenedDelivery,
): Promise<OpenedItems> {
  const [actions, requests] = await Promise.all([
    Promise.all(opened.actions.map((action) => openAction(identity, opened, action))),
    Promise.all(opened.requests.map((request) => openRequest(identity, opened, request))),
  ]);
  const { originator } = opened.statement;
  const opening = { directory: identity.directory.current(), originator, now: identity.clock(), mayPass };
  const notices = await Promise.all(
    opened.notices.map((notice, index) => {
      const stored = read(originator, noticeIdOf(notice.share.jti));
      const lifeEnd = extendedEnd(notice, { actions, stored });
      // A router delivers a notice after its own end only if an extension is recorded.
      const mayBeExtended = (exp: number): boolean =>
        lifeEnd === undefined &&
        isNew(notice, stored) &&
        (opened.statement.issuedAt.getTime() >= exp * 1000 || !isDrained());
      return openOne(notice, { ...opening, index, mayBeExtended, ...(lifeEnd && { lifeEnd }) });
    }),
  );
  return { actions, requests, notices };
}

async function openAction(
  { org, directory, clock }: OwnIdentity,
  { statement: { originator }, records }: OpenedDelivery,
  action: DeliveredAction,
): Promise<HolderAction> {
  const { shown, issuedAt } = recordOf(action, records);
  const by = { directory: directory.current(), originator, recipient: org, now: clock() };
  const received = await verifyDeliveredAction(action, { ...by, recorded: issuedAt });
  return holderActionOf(received, heldActionOf(action, { shown, at: clock().getTime() }));
}

/** Finds the record that hands an action over. Throws `delivery-differs` if none does. */
function recordOf(
  { statement }: DeliveredAction,
  records: OpenedDelivery['records'],
): { readonly shown: ShownPart; readonly issuedAt: Date } {
  const named = digest(statement);
  for (const { parts, proof, issuedAt } of records) {
    const shown = showPart(
      proof,
      parts.findIndex((part) => part.type === 'act' && part.digest === named),
    );
    if (shown) return { shown, issuedAt };
  }
  throw fail('delivery-differs', 'an action comes without its record');
}

async function openRequest(
  { org, directory, clock }: OwnIdentity,
  { statement: { originator: holder, issuedAt } }: OpenedDelivery,
  text: string,
): Promise<AskedSection> {
  const by = { directory: directory.current(), holder, now: clock(), recorded: issuedAt };
  const request: VerifiedRequest = await verifyRequest(text, by);
  if (request.to !== org) throw fail('audience-mismatch', 'a request is for another originator');
  const { jti, digest: named, id, section, purpose, revision: copy } = request;
  return { jti, digest: named, id, org: holder, section, purpose, copy, at: clock().getTime(), text };
}

interface ExtendedBy {
  readonly actions: readonly HolderAction[];
  readonly stored: StoredHolding;
}

/**
 * Returns when a notice ends by an extension that came before or with it; undefined when its own claim
 * counts.
 */
function extendedEnd({ share: { jti } }: DeliveredNotice, { actions, stored }: ExtendedBy): Date | undefined {
  const [id = '', number = ''] = jti.split('.');
  const extensions = actions.flatMap(({ id: of, item }) =>
    of === id && item?.type === 'extend' ? [item] : [],
  );
  if (stored.registers === undefined && extensions.length === 0) return undefined;
  const before = readHolding(stored).registers;
  const { life } = extensions.reduce((state, item) => applyItem(state, item).state, before);
  return life && life.number > Number(number) ? new Date(life.expiresAt) : undefined;
}

/** True while neither this revision nor a later one, nor the end of the notice, is known here. */
function isNew({ share: { jti } }: DeliveredNotice, stored: StoredHolding): boolean {
  const { content, end } = readHolding(stored).registers;
  return end === null && (content?.number ?? 0) < Number(jti.split('.')[1]);
}
