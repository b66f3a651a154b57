import { verifyHeartbeat } from '../../shared/ledger/heartbeat.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity } from '../identity.js';

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Creates the receiver of `in.directory`: adopts one that is newer and signed by the anchor; any other raises an alarm. */
export function createReceiveDirectory({ directory }: Identity) {
  return async (bytes: Uint8Array): Promise<void> => {
    await directory.adopt(utf8(bytes));
  };
}

/**
 * Creates the receiver of `in.checkpoint`: verifies and stores the auditor's heartbeat, which says how far it has stored the
 * ledger. Throws as `verifyJws` does.
 */
export function createReceiveCheckpoint({ directory, clock }: Identity, store: GatewayStore) {
  return async (bytes: Uint8Array): Promise<void> => {
    const text = utf8(bytes);
    await verifyHeartbeat(text, directory.current(), clock());
    await store.commit(() => store.facts.set('checkpoint', text));
  };
}
