import { statSync } from 'node:fs';
import { parseOrgId } from '../../shared/kernel/ids.js';
import type { Home } from '../../shared/runtime/home.js';
import { openSimulatedList } from '../../shared/runtime/simulated-list.js';
import { inspectGateway } from '../../shared/store/inspect-gateway.js';
import type { AlarmStatus } from './alarm-groups.js';

/** Alarms, separated by whether the simulator caused them. */
export interface SplitAlarms {
  readonly alarms: readonly AlarmStatus[];
  /** Alarms whose causes are all frames on the simulator's list. */
  readonly simulated: readonly AlarmStatus[];
}

/**
 * Separates the simulated alarms of a home where a simulator ran. Gateways drop the hub's reports on rogue frames, which
 * raises an alarm. The alarm counts as simulated only if every frame that the gateway dropped since then is on the
 * simulator's list.
 */
export function splitAlarms(home: Home, alarms: readonly AlarmStatus[]): SplitAlarms {
  const list = openSimulatedList(home.simulated);
  const isSimulated = (alarm: AlarmStatus): boolean => {
    if (!isForeignReport(alarm)) return false;
    const frames = foreignFrames(home, alarm);
    return frames.length > 0 && frames.every(list.has);
  };
  const simulated = new Set(alarms.filter(isSimulated));
  return { alarms: alarms.filter((alarm) => !simulated.has(alarm)), simulated: [...simulated] };
}

/** Describes alarms that the simulator caused. */
export function describeSimulated(simulated: readonly AlarmStatus[]): string {
  const reports = simulated.reduce((sum, { count }) => sum + count, 0);
  return `simulated attacks: the gateways dropped ${reports} reports on frames that the simulator sent in their name; no alarm`;
}

const GATEWAY = 'gateway-';

function isForeignReport({ process, alarm, code }: AlarmStatus): boolean {
  return process.startsWith(GATEWAY) && alarm === 'message-dropped' && code === 'record-foreign';
}

/** Returns the frames whose report the gateway dropped; empty if its database cannot be read. */
function foreignFrames(home: Home, { process, since }: AlarmStatus): readonly string[] {
  try {
    const path = home.org(parseOrgId(process.slice(GATEWAY.length)), 'gateway.db');
    // Check first, because opening a missing database would create it.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
    const inspection = inspectGateway(path);
    try {
      return inspection.foreignFrames(Date.parse(since));
    } finally {
      inspection.close();
    }
  } catch {
    return [];
  }
}
