import type { ClosedRequest } from '../../shared/store/gateway/gateway-items.js';
import type { HolderAction } from './apply-action.js';

/** Returns the own requests that these actions of one originator answer: a decline names its request, an unseal its section. */
export function answeredRequests(
  originator: string,
  actions: readonly HolderAction[],
): readonly ClosedRequest[] {
  return actions.flatMap(({ id, item, declines }): readonly ClosedRequest[] => {
    if (declines !== undefined) return [{ originator, id, verb: 'decline', request: declines }];
    return item?.type === 'unseal' ? [{ originator, id, verb: 'unseal', section: item.section }] : [];
  });
}
