import type { ReceivedAction } from '../../shared/ledger/action-delivery.js';
import type { HolderAction } from './apply-action.js';

/** Returns what a verified action changes in the registers of its notice. */
export function holderActionOf(action: ReceivedAction): HolderAction {
  const { digest, id, reason = null, disclosure, own } = action;
  const declines = own !== undefined && 'request' in own ? { declines: own.request } : {};
  return { digest, id, reason, item: itemOf(action), disclosure, ...declines };
}

function itemOf(action: ReceivedAction): HolderAction['item'] {
  const { digest, number, verb, until = 0, expiresAt = 0, own } = action;
  const mark = { number, digest };
  switch (verb) {
    case 'suspend':
      return { type: 'suspend', ...mark, until: until * 1000 };
    case 'extend':
      return { type: 'extend', ...mark, expiresAt: expiresAt * 1000 };
    case 'resume':
    case 'withdraw':
      return { type: verb, ...mark };
    case 'restrict':
      return own === undefined ? null : { type: 'restrict', ...mark, ...own };
    case 'unseal':
      if (own === undefined || !('disclosure' in own)) return null;
      return {
        type: 'unseal',
        ...mark,
        to: own.to,
        section: own.section,
        notice: own.digest,
        disclosure: own.disclosure,
      };
    case 'decline':
      return null;
  }
}
