import type { OrgId } from '../../kernel/ids.js';
import type { PolicyBundle } from '../../policy/adopted/bundle.js';
import type { JudgedAgainst } from '../../policy/adopted/policy-judge.js';
import type { Layer } from '../../policy/engine.js';
import { type DirectoryFacts, isForSameFacts } from '../../policy/facts.js';
import { ruleFiles } from '../../policy/load/rule-files.js';
import { loadBundle, type LoadDeps, type PolicySets } from '../../policy/policies.js';
import { SCHEMA_FILE } from '../../policy/schema.js';
import type { Change, HexDigest, Owner } from '../diff/changes.js';
import { diffPolicies } from '../diff/diff-policies.js';
import { differingRoutes } from '../diff/differing-routes.js';
import type { Version } from '../space/answers.js';

interface OwnLooseningsParams {
  readonly org: Owner;
  /** The adopted policies, with the facts that they are applied to. */
  readonly adopted: JudgedAgainst & { readonly directory: DirectoryFacts };
  readonly bundle: PolicyBundle;
  /** The directory that the bundle would be applied to. */
  readonly directory: DirectoryFacts;
}

/** What a release of one organisation, or of the federation, opens, whatever the rules of other members let through. */
export interface OwnLoosenings {
  readonly loosened: readonly Change[];
  /** Why not every notice was compared; empty when all were. */
  readonly cut: readonly string[];
}

/** A comparison in which the rules of some members permit everything. */
interface Opening {
  /** True for rules that are replaced by ones that permit everything. */
  readonly opens: (owner: OrgId, layer: Layer) => boolean;
  /** True for changes that are loosenings of the release. */
  readonly counts: (change: Change) => boolean;
}

/**
 * Returns two comparisons: of what members send, as if all took everything, and of what they take, as if all sent everything. The
 * rules of a member that the adopted facts do not name count as they are: its entry opens what the rules of the federation let pass.
 */
function sidesOf({ organisations }: DirectoryFacts): readonly Opening[] {
  return (['export', 'import'] as const).map((side) => ({
    opens: (owner, layer) => layer !== side && organisations.has(owner),
    counts: ({ layer }) => layer === side,
  }));
}

/**
 * Returns what the changed rules of one organisation, or of the federation, open under the rules of the federation, as if every
 * other member permitted everything. Otherwise a member could open its rules, without its own approvers, while those of another
 * close the same, and the other one would open both later. Facts and schema of the federation also open the unchanged rules of
 * members: this is compared for each side, as if the other side permitted everything.
 */
export async function ownLoosenings(
  params: OwnLooseningsParams,
  deps: LoadDeps & { readonly hexDigest: HexDigest },
): Promise<OwnLoosenings> {
  const { org, adopted } = params;
  const own: Opening = { opens: (owner) => owner !== org, counts: (change) => change.org === org };
  const sides = org === 'federation' && isForMembers(params) ? sidesOf(adopted.directory) : [];
  const all: OwnLoosenings[] = [];
  for (const opening of [own, ...sides]) all.push(await loosenedWith(opening, params, deps));
  return { loosened: all.flatMap(({ loosened }) => loosened), cut: all.flatMap(({ cut }) => cut) };
}

/** True when facts or the schema differ: the unchanged rules of members may then decide otherwise. */
function isForMembers({ adopted, bundle, directory }: OwnLooseningsParams): boolean {
  const isSameSchema = adopted.bundle.files.get(SCHEMA_FILE) === bundle.files.get(SCHEMA_FILE);
  return !isSameSchema || !isForSameFacts(adopted.directory, directory);
}

async function loosenedWith(
  { opens, counts }: Opening,
  { adopted, bundle, directory }: OwnLooseningsParams,
  { hexDigest, ...deps }: LoadDeps & { readonly hexDigest: HexDigest },
): Promise<OwnLoosenings> {
  const { loadedFor } = adopted;
  // No rule can have an id that holds a digest of its own text.
  const unused = hexDigest(`${adopted.bundle.digest} ${bundle.digest}`);
  const load = ({ files }: PolicyBundle, facts: DirectoryFacts): PolicySets =>
    loadBundle(new Map([...files, ...openFiles(facts, opens, unused)]), facts, deps);
  const before: Version = { sets: load(adopted.bundle, loadedFor), directory: adopted.directory };
  const after: Version = { sets: load(bundle, directory), directory };
  const routes = differingRoutes(before, after);
  const { changes, cut } = await diffPolicies(before, after, { digest: hexDigest, routes });
  return { loosened: changes.filter((change) => change.type === 'loosened' && counts(change)), cut };
}

/** Returns the files of the rules that are replaced, each with one rule that permits everything; its id begins with `unused`. */
function openFiles(
  { organisations }: DirectoryFacts,
  opens: Opening['opens'],
  unused: string,
): readonly (readonly [path: string, text: string])[] {
  return ruleFiles([...organisations.keys()]).flatMap(({ owner, layer, path }) => {
    if (owner === undefined || !opens(owner, layer)) return [];
    const notes = `@id("${unused}-${owner}-${layer}")\n@reason("everything is open here")`;
    return [[path, `${notes}\npermit (principal, action, resource);\n`] as const];
  });
}
