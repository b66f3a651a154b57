import type { DirectoryFacts } from '../../policy/facts.js';
import { namesIn, restrictTo } from '../../policy/load/active-snapshot.js';
import type { Digest } from '../../policy/policies.js';
import { parseApprovals, readApprovals } from '../diff/approvals.js';
import type { HexDigest } from '../diff/changes.js';
import { judgeChange } from './judge-change.js';
import { type AdoptedBundle, adoptedVersion } from './judge-folder.js';
import type { GateVerdict } from './verdict.js';

interface JudgeDirectoryParams {
  /** The adopted bundle, with the facts of the present directory. */
  readonly adopted: AdoptedBundle;
  /** The folder whose `approvals.yaml` files count. */
  readonly folder: string;
  /** `2027-01-31`, in UTC. */
  readonly today: string;
  readonly digest: Digest;
  readonly hexDigest: HexDigest;
}

/**
 * Judges the facts of the next version of the directory with unchanged rules: what the facts loosen must be
 * approved like a change of rules, and the invariants must hold. A member that is new to the adopted rules is
 * left out: it is judged with the folder that adds its rules. A new group counts, because a rule may ask
 * whether a member is in any group. Throws `policy-invalid` for unreadable approvals.
 */
export async function judgeDirectory(
  next: DirectoryFacts,
  { adopted, folder, today, digest, hexDigest }: JudgeDirectoryParams,
): Promise<GateVerdict> {
  const known = namesIn(adopted.loadedFor);
  const after = restrictTo({ members: known.members, groups: namesIn(next).groups }, next);
  const directory = restrictTo(known, adopted.directory);
  const version = adoptedVersion(
    { ...adopted, loadedFor: withGroups(adopted.loadedFor, next), directory },
    digest,
  );
  return judgeChange({
    adopted: version,
    candidate: {
      ...version,
      directory: after,
      approvals: readApprovals({ folder, directory: after }).flatMap(parseApprovals),
      failedCases: [],
    },
    isRecorded: () => true,
    today,
    digest: hexDigest,
  });
}

/** Adds the groups of the other directory, so that the rules are loaded for both. */
function withGroups({ organisations }: DirectoryFacts, other: DirectoryFacts): DirectoryFacts {
  const added = [...namesIn(other).groups];
  const wider = [...organisations].map(([id, facts]) => {
    return [id, { ...facts, groups: [...facts.groups, ...added] }] as const;
  });
  return { organisations: new Map(wider) };
}
