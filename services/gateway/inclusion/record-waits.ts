/** Measures how long records have been waited for, in the `witnessedMs` of `QuorumWatch`. */
export interface RecordWaits {
  /** Returns how long a record has been waited for: 0 at its first question since the start of the gateway. */
  waited(record: string, witnessedMs: number): number;
  end(record: string): void;
}

/** Maximum records that are measured at once. The wait for any further one begins once another one ends. */
const MAX_WAITS = 10_000;

/** Creates the measure. It is not stored: a restart delays each claim by at most the time owed. */
export function createRecordWaits(): RecordWaits {
  const since = new Map<string, number>();
  return {
    waited: (record, witnessedMs) => {
      const first = since.get(record) ?? witnessedMs;
      if (since.size < MAX_WAITS) since.set(record, first);
      return witnessedMs - first;
    },
    end: (record) => void since.delete(record),
  };
}
