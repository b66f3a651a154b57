import { type Clock, systemClock } from '../../shared/kernel/clock.js';
import { errorFrom } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import type { Home } from '../../shared/runtime/home.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { signsDirectory } from '../init/sign-version.js';
import { lockDirectory } from './lock.js';

interface RenewalParams {
  readonly say: (words: string) => void;
  readonly stopping: AbortSignal;
  readonly clock?: Clock;
}

const LOOK_EVERY_MS = 3_600_000;

/**
 * Signs the next version of the directory each time that half of the time until its next update has passed, until `stopping`
 * aborts, so that a federation can run for longer than a version is valid. Does nothing in a home that cannot sign the directory.
 */
export async function keepDirectoryFresh(
  home: Home,
  { say, stopping, clock = systemClock }: RenewalParams,
): Promise<void> {
  if (!signsDirectory(home)) return;
  while (!stopping.aborted) {
    await renewWhenDue(home, { now: clock(), say }).catch((thrown: unknown) =>
      say(`the directory cannot be renewed: ${errorFrom(thrown).message}`),
    );
    await pause(LOOK_EVERY_MS, stopping);
  }
}

/** Throws `busy` while another process signs, and as `signHomeDirectory` does. */
async function renewWhenDue(
  home: Home,
  { now, say }: Pick<RenewalParams, 'say'> & { readonly now: Date },
): Promise<void> {
  const { issuedAt, nextUpdate } = await newestDirectory(home);
  if (nextUpdate.getTime() - now.getTime() > now.getTime() - issuedAt.getTime()) return;
  const lock = lockDirectory(home);
  try {
    await signHomeDirectory(home, { now, say });
  } finally {
    lock.release();
  }
}
