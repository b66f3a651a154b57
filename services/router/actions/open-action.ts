import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { type VerifiedAction, verifyAction } from '../../shared/ledger/action.js';
import { type VerifiedRequest, verifyRequest } from '../../shared/ledger/request.js';
import type { KnownAction } from '../../shared/store/router/router-actions.js';
import type { KnownAsk } from '../../shared/store/router/router-asks.js';
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

/** Verifies a submitted action. Throws as `verifyAction` does, and `oversize`. */
export async function openAction(
  { wire, known, ...item }: Pick<OpenedAction, 'index' | 'text' | 'wire' | 'known'>,
  { org, snapshot: { directory, now } }: OpeningItem,
): Promise<OpenedAction> {
  if (bytesOfItem({ action: wire }) > MAX_ACTION_BYTES) throw fail('oversize', 'an action is too large');
  const recorded = known === undefined ? {} : { recorded: new Date(known.at) };
  const action = await verifyAction(wire, { directory, originator: org, now, ...recorded });
  return { type: 'action', ...item, action, wire, known };
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
