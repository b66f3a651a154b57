import { errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Release } from '../../shared/wire/frames.js';
import type { GatewayClient } from '../http-client.js';
import { askReleases, postRelease } from '../policy/release/releases-client.js';

interface SendFirstDeps {
  readonly gateway: GatewayClient;
  readonly say: (words: string) => void;
  readonly stopping: AbortSignal;
}

const [FIRST_PAUSE_MS, MAX_PAUSE_MS] = [250, 60_000];

/**
 * Sends the release of the request to join through the gateway, unless the hub has a release of this organisation. Tries again,
 * ever more rarely, while the hub is away or takes the rules of its members from its folder. Never rejects.
 */
export async function sendFirstRelease(release: Release, deps: SendFirstDeps): Promise<void> {
  const { say, stopping } = deps;
  for (let pauseMs = FIRST_PAUSE_MS; !stopping.aborted; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
    try {
      if (await trySend(release, deps)) return;
    } catch (thrown) {
      const { code, message, family } = errorFrom(thrown);
      if (family !== 'operational' && code !== 'rate-limited')
        return say(`the rules of the request to join are not sent: ${message} [${code}]`);
    }
    await pause(pauseMs, stopping);
  }
}

/** Resolves to true once the hub has a release of this organisation; to false while it takes none. */
async function trySend(release: Release, { gateway, say }: SendFirstDeps): Promise<boolean> {
  const { bundle, releases } = await askReleases(gateway);
  if (releases.length > 0) return true;
  // Routers that have adopted no policies, or take them from a folder, would refuse it.
  if (bundle === null) return false;
  await postRelease(gateway, release);
  say('the rules of the request to join are sent: a router judges them');
  return true;
}
