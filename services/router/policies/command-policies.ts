import type { LiaisonError } from '../../shared/kernel/errors.js';
import { pause } from '../../shared/kernel/pause.js';
import { readableBundle, readBundle } from '../../shared/policy/adopted/bundle.js';
import type { PolicyHolder } from '../../shared/policy/load/watch.js';
import { digest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { CommandedPolicies } from '../commanded-policies.js';
import { ARCHIVED_AGAIN_MS } from './archive-adopted.js';
import type { PolicyArchiveClient } from './policy-archive-http.js';

/** Since when the bundle that the ledger names is missing. */
interface MissingTime {
  /** Takes why the policies cannot be used; undefined once they are. */
  note(fault: LiaisonError | undefined): void;
  /** By `performance.now()`; undefined while the bundle is not missing. */
  since(): number | undefined;
}

/** Creates the time of a router that has its bundle. */
export function createMissingTime(): MissingTime {
  let since: number | undefined;
  return {
    note: (fault) => {
      since = fault?.code === 'policies-missing' ? (since ?? performance.now()) : undefined;
    },
    since: () => since,
  };
}

/** How long commands behind `adopt` may wait for its judgement, in milliseconds. */
const LOOK_MS = 30_000;

interface CommandedDeps {
  /** The folder of policies. */
  readonly folder: string;
  readonly directory: () => Directory;
  /** As in `CommandedPolicies`. */
  readonly archivedAgainMs?: number;
  readonly archive: Pick<PolicyArchiveClient, 'get'>;
  readonly releases?: unknown;
}

interface CommandedHolder extends Pick<PolicyHolder, 'current' | 'fault' | 'reload'> {
  /** When the bundle that the ledger names was found to be missing, by `performance.now()`. */
  readonly missingSince: () => number | undefined;
}

/** Returns what commands about the policies may do. */
export function commandPolicies(
  { folder, archive, directory, releases, archivedAgainMs = ARCHIVED_AGAIN_MS }: CommandedDeps,
  { current, fault, reload, missingSince }: CommandedHolder,
): CommandedPolicies {
  return {
    look: async () => {
      // After a start the first load takes the policies that were adopted before; the second one judges the
      // folder.
      const judged = reload()
        .then(reload)
        .then(() => 'judged' as const);
      const ending = new AbortController();
      const pending = pause(LOOK_MS, ending.signal).then(() => 'pending' as const);
      return Promise.race([judged, pending]).finally(() => ending.abort());
    },
    adopted: () => current()?.bundle,
    refusal: () => fault()?.code,
    missingMs: () => {
      const since = missingSince();
      return since === undefined ? undefined : performance.now() - since;
    },
    archivedAgainMs,
    has: async (named) => {
      // Where members release their rules, no file at the hub decides: a baseline is a bundle that was adopted before.
      const members = [...directory().organisations.keys()];
      const isInFolder =
        releases === undefined && readableBundle(() => readBundle(folder, members, digest))?.digest === named;
      return isInFolder || (await archive.get(named)) !== undefined;
    },
  };
}
