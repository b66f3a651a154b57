import { pause } from '../../../shared/kernel/pause.js';
import { stampOf } from '../../../shared/policy/load/watch-folders.js';

interface FollowParams {
  /** Handles the folder as it is; resolves to false to be called again, although nothing changes. Must not reject. */
  readonly handle: () => Promise<boolean>;
  readonly stopping: AbortSignal;
}

const LOOK_MS = 1_000;
/** How far apart two looks must see the same, so that files written together are one change. */
const SETTLE_MS = 250;
/** A folder that changes at each look is handled after 5 s all the same. */
const MAX_UNSETTLED = 20;
const RETRY_MS = 5_000;

/**
 * Calls `handle` at once and after each change of a folder, one call at a time, until `stopping` aborts. A change during a call is
 * followed by another call, so that the last state of the folder is always handled.
 */
export async function followFolder(folder: string, { handle, stopping }: FollowParams): Promise<void> {
  let handled: string | undefined;
  let seen: string | undefined;
  let unsettled = 0;
  let retryAt = 0;
  while (!stopping.aborted) {
    const stamp = stampOf(folder);
    const isSettled = stamp === seen || unsettled >= MAX_UNSETTLED;
    seen = stamp;
    unsettled = isSettled ? 0 : unsettled + 1;
    if (isSettled && (stamp !== handled || retryAt <= Date.now())) {
      retryAt = (await handle()) ? Infinity : Date.now() + RETRY_MS;
      handled = stamp;
    }
    await pause(isSettled ? LOOK_MS : SETTLE_MS, stopping);
  }
}
