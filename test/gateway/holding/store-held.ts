import type { NewHeld } from '../../../services/shared/store/gateway/gateway-deliveries.js';
import type { GatewayStore } from '../../../services/shared/store/gateway/gateway-store.js';

let frames = 0;

/** Stores notices in the inbox as one delivery of an originator would; within a transaction. */
export function storeHeld(store: GatewayStore, originator: string, held: readonly NewHeld[]): void {
  frames += 1;
  const expected = held.map(({ id }) => ({
    id,
    number: store.inbox.known(originator, id)?.number,
    ended: store.inbox.known(originator, id)?.ended,
  }));
  const proof = {
    records: 'r',
    root: 'r',
    statement: 's',
    proofs: Buffer.from('p'),
    leaves: Buffer.from('l'),
  };
  const bytes = { ...proof, receipt: 'receipt' };
  const about = { originator, frame: `frame ${frames}`, at: 1, forget: 9e15, kept: 0 };
  if (!store.inbox.accept({ ...about, ...bytes, held, expected })) throw new Error('not accepted');
}
