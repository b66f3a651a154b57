import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.js';

/**
 * Resolves once no thread of the process runs any more: a busy machine stops it some time after the signal was sent, and
 * until then it answers.
 */
export async function untilFrozen(pid: number): Promise<void> {
  const isStopped = (thread: string): boolean =>
    / T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  await until('the process to be frozen', () => readdirSync(`/proc/${pid}/task`).every(isStopped));
}
