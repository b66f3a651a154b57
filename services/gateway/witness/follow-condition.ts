import type { Alarm } from '../../shared/runtime/alarm-table.js';
import type { Alarms } from '../../shared/runtime/alarms.js';

/** Returns a function that raises an alarm when a condition begins to hold, and ends it when it holds no longer. */
export function followCondition(alarm: Alarm, alarms: Alarms): (holds: boolean) => void {
  let reported = false;
  return (holds) => {
    if (holds === reported) return;
    reported = holds;
    if (holds) alarms.raise(alarm, {});
    else alarms.end(alarm);
  };
}
