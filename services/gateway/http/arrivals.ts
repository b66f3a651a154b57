/** Tells everybody who listens that something came or ended in the inbox; what it is they read for themselves. */
export interface Arrivals {
  tell(): void;
  /** Returns what ends the listening. */
  listen(listener: () => void): () => void;
}

export function createArrivals(): Arrivals {
  const listeners = new Set<() => void>();
  return {
    tell: () => {
      for (const listener of listeners) listener();
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
