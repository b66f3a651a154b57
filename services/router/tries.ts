/** The waits before something is tried again, in milliseconds: the first one, and the longest. */
export interface Waits {
  readonly first: number;
  readonly longest: number;
}

/** When something was last tried, on the monotonic clock, and the wait before the next time. */
interface Try {
  readonly waits: Waits;
  readonly at: number;
  readonly waitMs: number;
}

/** What was tried and is tried again, after a longer wait each time. */
export interface Tries<Key> {
  /** Notes the first try of this kind; false if there was one before. */
  begin(key: Key, waits: Waits): boolean;
  /** True unless a try of this kind was noted, and its wait has not passed. */
  isDue(key: Key, waits: Waits): boolean;
  /** Notes a try. */
  note(key: Key, waits: Waits): void;
  /** Forgets the tries of one key. */
  forget(key: Key): void;
  /** Forgets all other keys. */
  keepOnly(keys: ReadonlySet<Key>): void;
}

/** Creates the tries, none at first. The kind of a try is its waits: a try of another kind begins with the first wait. */
export function createTries<Key>(): Tries<Key> {
  const tries = new Map<Key, Try>();
  const lastOf = (key: Key, waits: Waits): Try | undefined => {
    const last = tries.get(key);
    return last?.waits === waits ? last : undefined;
  };
  const note = (key: Key, waits: Waits): void => {
    const last = lastOf(key, waits);
    const waitMs = last === undefined ? waits.first : Math.min(2 * last.waitMs, waits.longest);
    tries.set(key, { waits, at: performance.now(), waitMs });
  };
  return {
    begin: (key, waits) => {
      if (lastOf(key, waits) !== undefined) return false;
      note(key, waits);
      return true;
    },
    isDue: (key, waits) => {
      const last = lastOf(key, waits);
      return last === undefined || performance.now() >= last.at + last.waitMs;
    },
    note,
    forget: (key) => void tries.delete(key),
    keepOnly: (keys) => {
      for (const key of tries.keys()) if (!keys.has(key)) tries.delete(key);
    },
  };
}
