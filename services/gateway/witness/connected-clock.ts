import type { BrokerLink } from '../link.js';

/**
 * Creates a clock that counts milliseconds and stands still between two readings that both find no connection: what the hub
 * could not show then it does not owe. It is monotonic, so that a system clock that jumps raises no alarm. Short interruptions
 * count, because the hub can end connections.
 */
export function createConnectedClock(link: Pick<BrokerLink, 'isUp'>): () => number {
  let [at, wasUp, counted] = [performance.now(), link.isUp(), 0];
  return () => {
    const [now, isUp] = [performance.now(), link.isUp()];
    if (wasUp || isUp) counted += now - at;
    [at, wasUp] = [now, isUp];
    return counted;
  };
}
