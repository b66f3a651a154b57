import type { BrokerLink } from '../link.js';

/**
 * Creates a clock that counts milliseconds, except between two readings that both find no connection: the hub does not owe
 * what it could not show in that time. The clock is monotonic, so that a jump of the system clock raises no alarm. It does
 * not stop for short interruptions, because the hub can end connections.
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
