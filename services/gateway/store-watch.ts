import { type Code, errorFrom, LiaisonError } from '../shared/kernel/errors.js';
import type { Alarms } from '../shared/runtime/alarms.js';
import type { Commit } from '../shared/store/commit-group.js';

/** Watches whether the database of a gateway can be written. */
export interface StoreWatch {
  /** As that of the store. */
  readonly commit: Commit;
  /** Why the newest write failed: `full` for a full disk; undefined after one that succeeded. */
  fault(): Code | undefined;
}

/** Creates the watch, with the alarm `database-not-written`. What the work of a commit refuses is no fault of the database. */
export function watchStore({ commit }: { readonly commit: Commit }, alarms: Alarms): StoreWatch {
  const report = alarms.follow('database-not-written', 'gateway.db');
  let fault: Code | undefined;
  const note = (error: LiaisonError | undefined): void => {
    if (error?.code === fault) return;
    fault = error?.code;
    report(error);
  };
  return {
    fault: () => fault,
    commit: async (work) => {
      try {
        const result = await commit(work);
        note(undefined);
        return result;
      } catch (thrown) {
        if (isFault(thrown)) note(errorFrom(thrown));
        throw thrown;
      }
    },
  };
}

/** True for a full disk and for an error of SQLite. */
function isFault(thrown: unknown): boolean {
  return thrown instanceof LiaisonError ? thrown.code === 'full' : true;
}
