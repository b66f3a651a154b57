import { MAX_NOTICE_ACTIONS } from '../../../services/shared/notice/action-verbs.js';
import type { GatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';

/** Stores as many actions on a notice as it takes; each is settled. */
export function fillWithActions(store: GatewayStore, id: string): Promise<void> {
  const about = { originator: '', id, kind: 'red', verb: 'resume', fields: {}, pairs: 1, at: 0 };
  const flags = { derived: false, counted: false, first: false };
  return store.commit(() => {
    for (let number = 1; number <= MAX_NOTICE_ACTIONS; number += 1) {
      const signed = { number, digest: `${id}-${number}`, bytes: new Uint8Array() };
      store.items.insert({ ...about, ...flags, signed }, 'settled');
    }
  });
}
