/** The newest entries, `limit` of them: what is older is forgotten. */
export interface Newest<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
}

export function createNewest<V>(limit: number): Newest<V> {
  const entries = new Map<string, V>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= limit) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}
