import { pause } from '../../shared/kernel/pause.js';
import type { RunFile } from '../home/run-file.js';
import { readNumbers } from '../status/numbers.js';

const TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/**
 * Waits until every router that answers uses this version of the directory or a later one: it then hands nothing more to a member that
 * has left by it, so that no delivery is under way when its account is removed. Gives up after `timeoutMs`, by default 10 s.
 */
export async function untilRoutersUse(
  version: number,
  { metrics }: Pick<RunFile, 'metrics'>,
  timeoutMs = TIMEOUT_MS,
): Promise<void> {
  const urls = Object.entries(metrics).flatMap(([name, url]) => (/^router(-\d+)?$/.test(name) ? [url] : []));
  for (const end = Date.now() + timeoutMs; Date.now() < end; await pause(LOOK_EVERY_MS)) {
    const used = await Promise.all(urls.map(versionAt));
    if (used.every((one) => one === undefined || one >= version)) return;
  }
}

/** Returns the version that a router uses; undefined where it does not answer. */
async function versionAt(url: string): Promise<number | undefined> {
  return (await readNumbers(url)).get('liaison_directory_version');
}
