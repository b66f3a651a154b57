import { groupBy } from '../../shared/kernel/group-by.js';
import { isAlarm, meaningOf, type ReportedAlarm } from '../../shared/runtime/parse-alarms.js';
import { ALARMS } from '../../shared/runtime/alarm-table.js';

/** An alarm, and which process tells of it. */
export interface AlarmStatus extends ReportedAlarm {
  readonly process: string;
}

/** The same alarm of several processes. */
export interface AlarmGroup extends ReportedAlarm {
  readonly processes: readonly string[];
}

/** What is told by several processes is one thing to mend. */
export function groupAlarms(alarms: readonly AlarmStatus[]): readonly AlarmGroup[] {
  const groups = groupBy(alarms, ({ alarm, code, place }) => JSON.stringify([alarm, code, place]));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { process: _, ...one } = first;
    return {
      ...one,
      processes: same.map(({ process }) => process),
      since: same.map(({ since }) => since).toSorted()[0] ?? one.since,
      last:
        same
          .map(({ last }) => last)
          .toSorted()
          .at(-1) ?? one.last,
      count: same.reduce((sum, { count }) => sum + count, 0),
    };
  });
}

/** Whether it is in force now, rather than something that happened. */
export const isLasting = ({ alarm }: ReportedAlarm): boolean => isAlarm(alarm) && ALARMS[alarm].lasts;

/** In words: what it means, for which reason and where. */
export function describeAlarm({ alarm, code, place }: ReportedAlarm): string {
  const why = [code, place].filter((word) => word !== null);
  return [meaningOf(alarm), why.length === 0 ? '' : `(${why.join(', ')})`].filter(Boolean).join(' ');
}
