import type { GatewayRunFile } from '../home/run-file.js';
import { readStatus, type Status } from '../status/read-status.js';

const statuses = new WeakMap<GatewayRunFile, Promise<Status>>();

/** Returns the status of a federation, read once for each run file, as each process that does not answer costs a timeout. */
export function statusOnce(run: GatewayRunFile): Promise<Status> {
  const status = statuses.get(run) ?? readStatus(run, new Date());
  statuses.set(run, status);
  return status;
}
