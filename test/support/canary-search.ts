import { createCanaryIndex } from '../../services/simulator/canary-search.js';

/** Searches values for canaries, and remembers those that it found. */
export function createCanarySearch(canaries: Iterable<string>) {
  const index = createCanaryIndex();
  for (const canary of canaries) index.add(canary);
  const found = new Set<string>();
  const look = (bytes: Uint8Array | string): void => index.find(bytes, (canary) => void found.add(canary));
  return { look, found };
}
