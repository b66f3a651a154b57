import type { RunFile } from '../home/run-file.js';
import { readStatus, type Status } from '../status/read-status.js';

const statuses = new WeakMap<RunFile, Promise<Status>>();

/** Asked once a visit: a process that does not answer takes its time each time. */
export function statusOnce(run: RunFile): Promise<Status> {
  const status = statuses.get(run) ?? readStatus(run, new Date());
  statuses.set(run, status);
  return status;
}
