import { fail } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { type VerifiedRelease, verifyRelease } from '../../shared/ledger/release/release.js';
import type { ReleaseRow } from '../../shared/store/router/router-releases.js';
import type { Release } from '../../shared/wire/frames.js';
import type { Snapshot } from '../hub.js';

/** A release of a frame whose signature, form and files verify. The rules in it are judged after it is recorded. */
export interface OpenedRelease {
  readonly type: 'release';
  readonly index: number;
  readonly text: string;
  readonly release: VerifiedRelease;
  /** The release as submitted. */
  readonly wire: Release;
  /** The release as recorded; undefined when it is not on the ledger. */
  readonly known: ReleaseRow | undefined;
}

/** The most releases of one organisation that wait for their judgement, which takes seconds for each. */
export const MAX_WAITING_RELEASES = 4;

interface OpeningRelease {
  readonly org: OrgId;
  readonly snapshot: Pick<Snapshot, 'directory' | 'now'>;
  /** How many releases of the organisation wait for their judgement. */
  readonly waiting: number;
}

/** Verifies a submitted release. Throws as `verifyRelease` does, and `release-refused` while too many wait. */
export async function openRelease(
  { wire, known, ...item }: Pick<OpenedRelease, 'index' | 'text' | 'wire' | 'known'>,
  { org, snapshot: { directory, now }, waiting }: OpeningRelease,
): Promise<OpenedRelease> {
  if (known === undefined && waiting >= MAX_WAITING_RELEASES)
    throw fail('release-refused', `${waiting} releases of this organisation wait for their judgement`);
  const recorded = known === undefined ? {} : { recorded: new Date(known.at) };
  const release = await verifyRelease(wire, { directory, org, now, ...recorded });
  return { type: 'release', ...item, release, wire, known };
}
