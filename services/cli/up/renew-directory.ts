import type { Home } from '../../shared/runtime/home.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { signsDirectory } from '../init/sign-version.js';
import { lockDirectory } from './lock.js';
import { renewHourly, type RenewalParams } from './renew-hourly.js';

/**
 * Signs the next version of the directory each time that half of the time until its next update has passed, until `stopping`
 * aborts, so that a federation can run for longer than a version is valid. Does nothing in a home that cannot sign the directory.
 */
export async function keepDirectoryFresh(home: Home, params: RenewalParams): Promise<void> {
  if (!signsDirectory(home)) return;
  const { say } = params;
  await renewHourly('the directory', (now) => renewWhenDue(home, { now, say }), params);
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
