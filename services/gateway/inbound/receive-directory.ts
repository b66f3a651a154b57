import { verifyHeartbeat } from '../../shared/ledger/heartbeat.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { Identity } from '../identity.js';

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** `in.directory`: adopted if the anchor's key signed it and it is newer; anything else alarms and changes nothing. */
export function createReceiveDirectory({ directory }: Identity) {
  return async (bytes: Uint8Array): Promise<void> => {
    await directory.adopt(utf8(bytes));
  };
}

/** `in.checkpoint`: the auditor's newest word on how far the ledger is kept. Throws as `verifyJws` does. */
export function createReceiveCheckpoint({ directory, clock }: Identity, store: GatewayStore) {
  return async (bytes: Uint8Array): Promise<void> => {
    const text = utf8(bytes);
    await verifyHeartbeat(text, directory.current(), clock());
    await store.commit(() => store.facts.set('checkpoint', text));
  };
}
