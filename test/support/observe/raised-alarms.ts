import type { Status } from '../../../services/cli/status/read-status.js';
import type { TestFederation } from '../federation.js';

/** Reads the names of the alarms that `status` shows, of all processes. */
export async function raisedAlarms({ cli }: TestFederation): Promise<readonly string[]> {
  const { alarms } = JSON.parse((await cli('status', '--json')).stdout) as Status;
  return alarms.map(({ alarm }) => alarm);
}
