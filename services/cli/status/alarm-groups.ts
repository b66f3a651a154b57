import { groupBy } from '../../shared/kernel/group-by.js';
import type { Acknowledgement } from '../../shared/store/acknowledged-alarms.js';
import { isAlarm, meaningOf, type ReportedAlarm } from '../../shared/runtime/parse-alarms.js';
import { ALARMS } from '../../shared/runtime/alarm-table.js';

/** An alarm and the process that reports it. */
export interface AlarmStatus extends ReportedAlarm {
  readonly process: string;
  /** Who acknowledged it since it was last raised; null or absent where nobody did. */
  readonly acknowledged?: Acknowledgement | null;
}

/** One alarm that one or more processes report. */
export interface AlarmGroup extends ReportedAlarm {
  readonly processes: readonly string[];
  /** The newest acknowledgement; null unless it was acknowledged at each process. */
  readonly acknowledged: Acknowledgement | null;
}

/** Groups alarms with the same name, code and place: what several processes report is one problem. */
export function groupAlarms(alarms: readonly AlarmStatus[]): readonly AlarmGroup[] {
  const groups = groupBy(alarms, ({ alarm, code, place }) => JSON.stringify([alarm, code, place]));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { process: _, acknowledged: __, ...one } = first;
    return {
      ...one,
      processes: same.map(({ process }) => process),
      acknowledged: acknowledgedTogether(same),
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

function acknowledgedTogether(same: readonly AlarmStatus[]): Acknowledgement | null {
  const all = same.flatMap(({ acknowledged }) => acknowledged ?? []);
  if (all.length < same.length) return null;
  return all.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).at(-1) ?? null;
}

/** Describes in words who acknowledged an alarm and why; empty for one that was not acknowledged. */
export function describeAcknowledgement({ acknowledged }: AlarmGroup): string {
  return acknowledged === null ? '' : `acknowledged by ${acknowledged.by}: ${acknowledged.reason}`;
}

/** Returns true for an alarm that lasts until it is fixed, false for one that reports a single event. */
export const isLasting = ({ alarm }: ReportedAlarm): boolean => isAlarm(alarm) && ALARMS[alarm].lasts;

/** Describes an alarm in words, with its code and place. */
export function describeAlarm({ alarm, code, place }: ReportedAlarm): string {
  const why = [code, place].filter((word) => word !== null);
  return [meaningOf(alarm), why.length === 0 ? '' : `(${why.join(', ')})`].filter(Boolean).join(' ');
}
