import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../until.js';

/**
 * Resolves once every thread of the process is stopped: on a busy machine that takes some time after the signal, and the
 * process answers until then.
 */
export async function untilFrozen(pid: number): Promise<void> {
  const isStopped = (thread: string): boolean =>
    / T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  await until('the process to be frozen', () => readdirSync(`/proc/${pid}/task`).every(isStopped));
}
