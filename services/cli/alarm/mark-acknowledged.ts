import type { Home } from '../../shared/runtime/home.js';
import { readAcknowledged } from '../../shared/store/acknowledged-alarms.js';
import type { AlarmStatus } from '../status/alarm-groups.js';

/** Adds to each alarm who acknowledged it since it was last raised; null for an alarm that was not acknowledged. */
export function markAcknowledged(home: Home, alarms: readonly AlarmStatus[]): readonly AlarmStatus[] {
  const acknowledgementOf = readAcknowledged(home.acknowledged);
  return alarms.map((alarm) => ({ ...alarm, acknowledged: acknowledgementOf(alarm) }));
}
