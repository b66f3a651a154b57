import type { PolicyBundle } from '../../policy/adopted/bundle.js';
import type { DirectoryFacts } from '../../policy/facts.js';
import { ruleFiles } from '../../policy/load/rule-files.js';
import { loadBundle, type LoadDeps } from '../../policy/policies.js';
import type { Change, HexDigest, Owner } from '../diff/changes.js';
import { diffPolicies } from '../diff/diff-policies.js';
import { differingRoutes } from '../diff/differing-routes.js';
import type { Version } from '../space/answers.js';

interface OwnLooseningsParams {
  readonly org: Owner;
  /** The adopted bundle, the members and groups that its rules may name, and the facts that it is applied to. */
  readonly adopted: {
    readonly bundle: PolicyBundle;
    readonly loadedFor: DirectoryFacts;
    readonly directory: DirectoryFacts;
  };
  readonly bundle: PolicyBundle;
  readonly directory: DirectoryFacts;
}

/** What the rules of one organisation, or of the federation, open, whatever the rules of the other members let through. */
export interface OwnLoosenings {
  readonly loosened: readonly Change[];
  /** Why not every notice was compared; empty when all were. */
  readonly cut: readonly string[];
}

/**
 * Returns what the changed rules of one organisation, or of the federation, open under the rules of the federation, as if every
 * other member permitted everything. Otherwise a member could open its rules, without its own approvers, while those of another
 * close the same, and the other one would open both later.
 */
export async function ownLoosenings(
  { org, adopted, bundle, directory }: OwnLooseningsParams,
  { hexDigest, ...deps }: LoadDeps & { readonly hexDigest: HexDigest },
): Promise<OwnLoosenings> {
  const { loadedFor } = adopted;
  const before: Version = {
    sets: loadBundle(withOthersOpen(adopted.bundle, org, loadedFor), loadedFor, deps),
    directory: adopted.directory,
  };
  const after: Version = {
    sets: loadBundle(withOthersOpen(bundle, org, directory), directory, deps),
    directory,
  };
  const routes = differingRoutes(before, after);
  const { changes, cut } = await diffPolicies(before, after, { digest: hexDigest, routes });
  return { loosened: changes.filter((change) => change.type === 'loosened' && change.org === org), cut };
}

function withOthersOpen(
  { files }: PolicyBundle,
  org: Owner,
  { organisations }: DirectoryFacts,
): ReadonlyMap<string, string> {
  const others = ruleFiles([...organisations.keys()].filter((id) => id !== org)).filter(({ owner }) => owner);
  return new Map([
    ...files,
    ...others.map(({ owner, layer, path }) => [path, openRule(`${owner}-${layer}`)] as const),
  ]);
}

const openRule = (name: string): string =>
  `@id("${name}-open")\n@reason("everything is open here")\npermit (principal, action, resource);\n`;
