import { fail } from '../../shared/kernel/errors.js';
import { noticeIdOf, type OrgId } from '../../shared/kernel/ids.js';
import { type VerifiedAction, verifyAction } from '../../shared/ledger/action.js';
import { type VerifiedRequest, verifyRequest } from '../../shared/ledger/request.js';
import type { KnownAction } from '../../shared/store/router/router-actions.js';
import type { KnownAsk } from '../../shared/store/router/router-asks.js';
import { type VerifiedReview, verifyReview } from '../../shared/trust/signers/break-glass-review.js';
import { MAX_ACTION_BYTES, MAX_REQUEST_BYTES } from '../../shared/wire/frame-limits.js';
import type { Action } from '../../shared/wire/frames.js';
import { bytesOfItem } from '../../shared/wire/items.js';
import type { Snapshot } from '../hub.js';

/** An action of a frame whose signature, form and leaves verify. */
export interface OpenedAction {
  readonly type: 'action';
  readonly index: number;
  readonly text: string;
  readonly action: VerifiedAction;
  /** Only of a review: what the person who reviewed signed. */
  readonly review?: VerifiedReview;
  /** The action as submitted. */
  readonly wire: Action;
  /** The action as recorded; undefined when it is not on the ledger. */
  readonly known: KnownAction | undefined;
}

/** A request of a frame whose signature and form verify. */
export interface OpenedRequest {
  readonly type: 'request';
  readonly index: number;
  readonly text: string;
  readonly request: VerifiedRequest;
  /** The request as recorded; undefined when it is not on the ledger. */
  readonly known: KnownAsk | undefined;
}

interface OpeningItem {
  readonly org: OrgId;
  readonly snapshot: Snapshot;
}

/** Verifies a submitted action. Throws as `verifyAction` and `verifyReview` do, and `oversize`. */
export async function openAction(
  { wire, known, ...item }: Pick<OpenedAction, 'index' | 'text' | 'wire' | 'known'>,
  { org, snapshot: { directory, now } }: OpeningItem,
): Promise<OpenedAction> {
  if (bytesOfItem({ action: wire }) > MAX_ACTION_BYTES) throw fail('oversize', 'an action is too large');
  const recorded = known === undefined ? {} : { recorded: new Date(known.at) };
  const action = await verifyAction(wire, { directory, originator: org, now, ...recorded });
  if (action.review === undefined) return { type: 'action', ...item, action, wire, known };
  const by = { key: directory.key, issuer: org, audience: directory.federation, now, ...recorded };
  const review = await verifyReview(action.review, by);
  if (review.finding !== action.reason || noticeIdOf(review.jti) !== action.id)
    throw fail('token-malformed', 'a review says something else than its action');
  return { type: 'action', ...item, action, review, wire, known };
}

/** Verifies a submitted request. Throws as `verifyRequest` does, and `oversize`. */
export async function openRequest(
  { known, ...item }: Pick<OpenedRequest, 'index' | 'text' | 'known'>,
  { org, snapshot: { directory, now } }: OpeningItem,
): Promise<OpenedRequest> {
  if (item.text.length > MAX_REQUEST_BYTES) throw fail('oversize', 'a request is too large');
  const recorded = known === undefined ? {} : { recorded: new Date(known.at) };
  const request = await verifyRequest(item.text, { directory, holder: org, now, ...recorded });
  return { type: 'request', ...item, request, known };
}
