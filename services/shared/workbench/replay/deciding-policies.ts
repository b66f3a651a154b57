import { createBoundedMap } from '../../kernel/bounded-map.js';
import { type Code, isCode } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { PolicyBundle } from '../../policy/adopted/bundle.js';
import { membersByBundle } from '../../policy/adopted/bundle-facts.js';
import { createEngines } from '../../policy/compiled-engine.js';
import { createPolicy, type Policy, rowsFor } from '../../policy/plan.js';
import { type Digest, loadBundle } from '../../policy/policies.js';
import type { Directory } from '../../trust/directory.js';

/** The policies and the directory by which a record is decided again. */
export interface DecidingPolicies {
  readonly policy: Policy;
  /** The members that the bundle has rules for. */
  readonly members: ReadonlySet<OrgId>;
  readonly directory: Directory;
  /** True when the directory is the version that the record names; otherwise it is the newest at hand. */
  readonly isExact: boolean;
}

/** Why a record cannot be decided again. */
export interface MissingPolicies {
  readonly missing: Code;
}

/** Returns the policies of a bundle with a version of the directory. */
export type PoliciesOf = (bundle: string, version: number) => Promise<DecidingPolicies | MissingPolicies>;

interface PoliciesDeps {
  /** Resolves with an archived bundle; undefined when the archive does not have it. */
  readonly fetchBundle: (bundle: string) => Promise<PolicyBundle | undefined>;
  /** The versions of the directory at hand, at least one. */
  readonly directories: readonly Directory[];
  readonly digest: Digest;
}

/** Loaded policies that are kept: two routers and a change of policies and directory need fewer. */
const MAX_LOADED = 4;
/** A replay asks about many more notices than a router does between two changes: plans of 36 MB at most. */
const ROWS_FACTOR = 4;

/**
 * Creates a function that loads each bundle once for each directory. A bundle that is not archived is `policies-missing`;
 * one that does not load has the code of `loadBundle`. Rejects as `fetchBundle` does.
 */
export function createPoliciesOf({ fetchBundle, directories, digest }: PoliciesDeps): PoliciesOf {
  const loaded = createBoundedMap<Promise<DecidingPolicies | MissingPolicies>>(MAX_LOADED);
  const engineOf = createEngines();
  const newest = directories.toSorted((a, b) => a.version - b.version).at(-1);
  const load = async (bundle: string, version: number): Promise<DecidingPolicies | MissingPolicies> => {
    const directory = directories.find((one) => one.version === version) ?? newest;
    const archived = await fetchBundle(bundle);
    if (archived === undefined || directory === undefined) return { missing: 'policies-missing' };
    try {
      const facts = membersByBundle(archived, directory);
      const sets = loadBundle(archived.files, facts, digest);
      const members = new Set(facts.organisations.keys());
      const rowsPerOriginator = ROWS_FACTOR * rowsFor(members.size);
      const engine = await engineOf(sets);
      const policy = createPolicy({ engine, sets, directory: facts, bundle, rowsPerOriginator });
      return { policy, members, directory, isExact: directory.version === version };
    } catch (thrown) {
      if (isCode(thrown, 'policy-invalid', 'policy-missing', 'config-invalid', 'id-invalid'))
        return { missing: thrown.code };
      throw thrown;
    }
  };
  return (bundle, version) => {
    const name = `${bundle} ${version}`;
    const known = loaded.get(name) ?? load(bundle, version);
    loaded.set(name, known);
    return known;
  };
}
