import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { monitoringAt } from '../../shared/bus/monitoring.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import type { Home } from '../../shared/runtime/home.js';

/** Streams that were provisioned once and that the broker does not show now, as `<account>/<stream>`. */
export async function missingStreams(home: Home, monitor: string): Promise<readonly string[]> {
  const present = new Set(
    (await monitoringAt(monitor).streams()).map(({ account, stream }) => `${account}/${stream}`),
  );
  return provisionedStreams(home).filter((name) => !present.has(name));
}

const SHOWN_MS = 30_000;
const LOOK_MS = 500;

/** As above, of a cluster: a server there shows a stream a moment after it was made, or after it began itself. */
export async function missingInCluster(home: Home, monitor: string): Promise<readonly string[]> {
  for (const end = Date.now() + SHOWN_MS; ; ) {
    const gone = await missingStreams(home, monitor);
    if (gone.length === 0 || Date.now() > end) return gone;
    await delay(LOOK_MS);
  }
}

/** What `provision` made in this home, without the consumers. */
export function provisionedStreams(home: Home): readonly string[] {
  return provisionedNames(home).filter((name) => name.split('/').length === 2);
}

/** All of it: streams, their revisions and consumers. */
export function provisionedNames(home: Home): readonly string[] {
  const path = home.hub('provision', 'provisioned.json');
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const { provisioned } = JSON.parse(readFileSync(path, 'utf8')) as { readonly provisioned?: object };
  return Object.keys(provisioned ?? {});
}

/** What to do about it. */
export function streamLossMessage(gone: readonly string[]): string {
  const shown =
    gone.length > 3 ? `${gone.slice(0, 3).join(', ')} and ${gone.length - 3} more` : gone.join(', ');
  return (
    `the broker does not show ${shown}: either its cipher key or data folder is not the one it had, or its disk is ` +
    `lost; only if it is lost: \`${suggestedCommand('provision --after-loss')}\``
  );
}
