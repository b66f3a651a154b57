import type { ShownProgress } from '../../shared/wire/shown-ledger.js';
import type { Archive } from '../archive.js';
import type { ArchiveFollower } from '../follower.js';
import type { Heartbeats } from '../heartbeats.js';
import type { Sealer } from './sealer.js';

interface ProgressDeps {
  readonly archive: Pick<Archive, 'count'>;
  readonly sealer: Pick<Sealer, 'indexOf'>;
  readonly heartbeats: Pick<Heartbeats, 'last'>;
  readonly follower: Pick<ArchiveFollower, 'behind'>;
}

/** Creates the function that shows how far the file and the log are behind; null before the first heartbeat. */
export function createLogProgress({ archive, sealer, heartbeats, follower }: ProgressDeps) {
  return (): ShownProgress | null => {
    const last = heartbeats.last();
    if (last === undefined) return null;
    const entries = sealer.indexOf(archive.count() + 1);
    return {
      confirmedAt: last.time.toISOString(),
      unsealed: Math.max(0, entries - last.size),
      behind: follower.behind() ?? null,
    };
  };
}
