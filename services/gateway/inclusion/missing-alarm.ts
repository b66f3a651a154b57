import type { Alarms } from '../../shared/runtime/alarms.js';

/** What may be missing on the log: records that this gateway was shown, or the record of a version of the directory. */
type MissingKind = 'records' | 'directory';

/** The alarm `record-missing` over everything that the hub owes the log. */
export interface MissingAlarm {
  /** `fresh` has the digests of what became missing now; `isLeft` says whether any of this kind is missing. */
  report(kind: MissingKind, isLeft: boolean, fresh: readonly string[]): void;
}

/** Creates the alarm. It is raised for each digest that becomes missing, once at a start with missing ones, and ends when none is left. */
export function createMissingAlarm(alarms: Alarms): MissingAlarm {
  const raised = new Set<MissingKind>();
  return {
    report: (kind, isLeft, fresh) => {
      for (const record of fresh) alarms.raise('record-missing', {}, { record });
      if (isLeft && !raised.has(kind) && fresh.length === 0) alarms.raise('record-missing', {});
      const wasRaised = raised.size > 0;
      if (isLeft) raised.add(kind);
      else raised.delete(kind);
      if (wasRaised && raised.size === 0) alarms.end('record-missing');
    },
  };
}
