import { createCanaryIndex } from '../../services/simulator/canary-search.js';

/** Looks for canaries in whatever is given to it, and keeps those that it saw. */
export function createCanarySearch(canaries: Iterable<string>) {
  const index = createCanaryIndex();
  for (const canary of canaries) index.add(canary);
  const found = new Set<string>();
  const look = (bytes: Uint8Array | string): void => index.find(bytes, (canary) => void found.add(canary));
  return { look, found };
}
