import type { SignedApprovals } from '../../policy/adopted/policy-judge.js';
import type { Layer } from '../../policy/engine.js';
import { type DirectoryFacts, isForSameFacts } from '../../policy/facts.js';
import { onlySets, type PolicySet } from '../../policy/policies.js';
import type { Rule } from '../../policy/rule.js';
import type { Change, HexDigest } from '../diff/changes.js';
import { diffPolicies } from '../diff/diff-policies.js';
import { differingRoutes } from '../diff/differing-routes.js';
import type { Version } from '../space/answers.js';

interface OwnLooseningsParams {
  /** Whose release it is, and who contributes to it. */
  readonly release: Pick<SignedApprovals, 'org' | 'contributors'>;
  readonly adopted: Version;
  readonly candidate: Version;
  readonly digest: HexDigest;
}

/** What a release of one organisation, or of the federation, opens, whatever the rules of other members let through. */
export interface OwnLoosenings {
  readonly loosened: readonly Change[];
  /** Why not every notice was compared; empty when all were. */
  readonly cut: readonly string[];
}

/** A comparison in which the rules of some members permit everything. */
interface Opening {
  /** True for rules of a member that are replaced by one that permits everything. */
  readonly opens: (owner: string, layer: Layer) => boolean;
  /** True for changes that are loosenings of the release. */
  readonly counts: (change: Change) => boolean;
}

/**
 * Returns two comparisons: of what members send, as if all took everything, and of what they take, as if all sent everything. The
 * rules of a member that the adopted facts do not name count as they are: its entry opens what the rules of the federation let pass.
 */
function sidesOf({ organisations }: DirectoryFacts): readonly Opening[] {
  const members = new Set<string>(organisations.keys());
  return (['export', 'import'] as const).map((side) => ({
    opens: (owner, layer) => layer !== side && members.has(owner),
    counts: ({ layer }) => layer === side,
  }));
}

/**
 * Returns what the changed rules of one organisation, or of the federation, open under the rules of the federation, as if every
 * other member permitted everything. Otherwise a member could open its rules, without its own approvers, while those of another
 * close the same, and the other one would open both later. Facts and schema of the federation also open the unchanged rules of
 * members; a joint release also changes rules of members. Both are compared for each side, as if the other side permitted everything.
 */
export async function ownLoosenings(params: OwnLooseningsParams): Promise<OwnLoosenings> {
  const { release, adopted } = params;
  const { org } = release;
  const own: Opening = { opens: (owner) => owner !== org, counts: (change) => change.org === org };
  const sides = org === 'federation' && isForMembers(params) ? sidesOf(adopted.directory) : [];
  const all: OwnLoosenings[] = [];
  for (const opening of [own, ...sides]) all.push(await loosenedWith(opening, params));
  return { loosened: all.flatMap(({ loosened }) => loosened), cut: all.flatMap(({ cut }) => cut) };
}

/** True when rules of members may decide otherwise: because they change too, or because facts or the schema differ. */
function isForMembers({ release, adopted, candidate }: OwnLooseningsParams): boolean {
  const isJoint = (release.contributors ?? []).length > 0;
  const isSameSchema = adopted.sets.digests['schema'] === candidate.sets.digests['schema'];
  return isJoint || !isSameSchema || !isForSameFacts(adopted.directory, candidate.directory);
}

async function loosenedWith(
  { opens, counts }: Opening,
  { adopted, candidate, digest }: OwnLooseningsParams,
): Promise<OwnLoosenings> {
  const [before, after] = [withOpenSets(adopted, opens), withOpenSets(candidate, opens)];
  const routes = differingRoutes(before, after);
  const { changes, cut } = await diffPolicies(before, after, { digest, routes });
  return { loosened: changes.filter((change) => change.type === 'loosened' && counts(change)), cut };
}

/** A rule that permits everything. Its id has a space, which that of no other rule has. */
const EVERYTHING: Rule = {
  id: 'everything open',
  effect: 'permit',
  permissions: new Set(['receive', 'disclose', 'advertise']),
  reason: 'everything is open here',
  text: '',
  place: '',
  json: {
    effect: 'permit',
    principal: { op: 'All' },
    action: { op: 'All' },
    resource: { op: 'All' },
    conditions: [],
  },
};

/** Returns a version with one rule that permits everything in place of the rules that `opens` names. */
function withOpenSets({ sets, directory }: Version, opens: Opening['opens']): Version {
  const isOpen = ({ name, layer }: PolicySet): boolean =>
    layer !== 'federation' && opens(name.split('/')[0] ?? '', layer);
  const opened = [...sets.sets.values()].map((set) => (isOpen(set) ? { ...set, rules: [EVERYTHING] } : set));
  return { sets: onlySets(sets, opened), directory };
}
