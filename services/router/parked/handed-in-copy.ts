import type { OrgId } from '../../shared/kernel/ids.js';
import type { OpenedDelivery } from '../../shared/ledger/delivery/open-delivery.js';
import { digest } from '../../shared/trust/digest.js';
import type { DeliveredAction } from '../../shared/wire/frames.js';
import { isOpenAct, leaveOf } from '../actions/may-leave.js';
import { readKnownAction } from '../actions/registers-of.js';
import type { Hub, Snapshot } from '../hub.js';

/** The actions and requests of a parked copy, by digest. */
export interface HandedCopy {
  readonly actions: ReadonlyMap<string, DeliveredAction>;
  readonly requests: ReadonlyMap<string, string>;
  /** Digests of the recorded actions of the copy that no longer go to its recipient (`isToUnact`). */
  readonly blocked: readonly string[];
}

interface CopyOf {
  readonly originator: OrgId;
  readonly recipient: OrgId;
  readonly snapshot: Snapshot;
}

/** Sorts the actions and requests of a parked copy that the ledger has by whether they may leave now. */
export function handedInCopy(
  hub: Pick<Hub, 'store'>,
  { originator, recipient, snapshot }: CopyOf,
  { actions, requests }: Pick<OpenedDelivery, 'actions' | 'requests'>,
): HandedCopy {
  const leaving: (readonly [string, DeliveredAction])[] = [];
  const blocked: string[] = [];
  for (const delivered of actions) {
    const name = digest(delivered.statement);
    const known = hub.store.actions.byDigest(originator, name);
    const action = known && readKnownAction(known);
    if (action === undefined) continue;
    const about = { action, recipient };
    const leave = leaveOf(hub, snapshot, about);
    if (leave === 'now') leaving.push([name, delivered]);
    else if (leave === 'never' && isOpenAct(hub, about)) blocked.push(name);
  }
  const asked = requests.flatMap((request): readonly (readonly [string, string])[] => {
    const name = digest(request);
    return hub.store.asks.byDigest(originator, name) === undefined ? [] : [[name, request]];
  });
  return { actions: new Map(leaving), requests: new Map(asked), blocked };
}

/** True when the copy hands the recipient an action or a request that it has not answered. */
export function isHandedOwed(
  { store }: Pick<Hub, 'store'>,
  { originator, recipient, frame }: Omit<CopyOf, 'snapshot'> & { readonly frame: string },
  { actions, requests }: HandedCopy,
): boolean {
  const isActOwed = [...actions.keys()].some(
    (action) => store.actions.answersOf({ originator, action, recipient }).length === 0,
  );
  if (isActOwed) return true;
  return requests.size > 0 && !store.deliveries.answeredBy(originator, frame).includes(recipient);
}
