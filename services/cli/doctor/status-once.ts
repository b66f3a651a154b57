import type { RunFile } from '../home/run-file.js';
import { readStatus, type Status } from '../status/read-status.js';

const statuses = new WeakMap<RunFile, Promise<Status>>();

/** Returns the status of a federation, read once for each run file, as each process that does not answer costs a timeout. */
export function statusOnce(run: RunFile): Promise<Status> {
  const status = statuses.get(run) ?? readStatus(run, new Date());
  statuses.set(run, status);
  return status;
}
