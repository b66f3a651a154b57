import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { monitoringAt } from '../../shared/bus/monitoring.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Home } from '../../shared/runtime/home.js';

/** Returns the provisioned streams that the broker does not list now, as `<account>/<stream>`. */
export async function missingStreams(home: Home, monitor: string): Promise<readonly string[]> {
  const present = new Set(
    (await monitoringAt(monitor).streams()).map(({ account, stream }) => `${account}/${stream}`),
  );
  return provisionedStreams(home).filter((name) => !present.has(name));
}

const STREAMS_LISTED_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 500;

/** As `missingStreams`, for a cluster: waits up to 30 s, as a server lists a stream only some time after its creation. */
export async function missingInCluster(home: Home, monitor: string): Promise<readonly string[]> {
  for (const end = Date.now() + STREAMS_LISTED_TIMEOUT_MS; ; ) {
    const gone = await missingStreams(home, monitor);
    if (gone.length === 0 || Date.now() > end) return gone;
    await delay(POLL_INTERVAL_MS);
  }
}

/** Returns the streams that `provision` created for this home, as `<account>/<stream>`. */
export function provisionedStreams(home: Home): readonly string[] {
  return provisionedNames(home).filter((name) => name.split('/').length === 2);
}

/** Returns the file that lists what `provision` created for this home. */
export function provisionedFile(home: Home): string {
  return home.hub('provision', 'provisioned.json');
}

/** Returns everything that `provision` created for this home: streams, their revisions and consumers. */
export function provisionedNames(home: Home): readonly string[] {
  const path = provisionedFile(home);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const { provisioned } = JSON.parse(readFileSync(path, 'utf8')) as { readonly provisioned?: object };
  return Object.keys(provisioned ?? {});
}

/** Returns the message about missing streams, with the command that creates them again. */
export function streamLossMessage(gone: readonly string[]): string {
  const shown =
    gone.length > 3 ? `${gone.slice(0, 3).join(', ')} and ${gone.length - 3} more` : gone.join(', ');
  return (
    `the broker does not list ${shown}: its cipher key or data folder has changed, or its disk is lost; only if the disk ` +
    `is lost, run \`${suggestedCommand('provision --after-loss')}\``
  );
}
