import { fail } from '../shared/kernel/errors.js';
import { membersByBundle } from '../shared/policy/adopted/bundle-facts.js';
import { unpackBundle } from '../shared/policy/adopted/packed-bundle.js';
import { createEngines } from '../shared/policy/compiled-engine.js';
import { type DirectoryFacts, factsIn, type OrganisationFacts } from '../shared/policy/facts.js';
import { askChild } from '../shared/policy/load/ask-child.js';
import { createExcessOf, type ExcessOf } from '../shared/policy/overheld.js';
import type { PolicySets } from '../shared/policy/policies.js';
import { digest as digestOf } from '../shared/trust/digest.js';
import type { PolicyArchive } from './policy-archive.js';

/** The message to the child process that loads a bundle. */
export interface LoadBundleMessage {
  readonly files: ReadonlyMap<string, string>;
  readonly members: readonly OrganisationFacts[];
}

/** The judgement of held notices by the policies that decide now. */
export interface AdoptedExcess {
  readonly bundle: string;
  readonly excessOf: ExcessOf;
}

interface AdoptedExcessDeps {
  readonly policies: Pick<PolicyArchive, 'newest' | 'get'>;
  readonly directory: () => DirectoryFacts;
  /** The built module `load-child.js`. */
  readonly child: URL;
}

const LOAD_BOUNDS = { timeMs: 30_000, heapMb: 192 } as const;

/**
 * Creates a function that loads the bundle that a router put last, and returns the judgement by it for the
 * members of the directory. A loaded bundle is cached until another bundle is put or the facts of a member
 * change. The function rejects with `policies-missing` while no bundle is archived, and with the errors of
 * `loadBundle`.
 */
export function createAdoptedExcess({
  policies,
  directory,
  child,
}: AdoptedExcessDeps): () => Promise<AdoptedExcess> {
  const engineOf = createEngines();
  let kept: { readonly name: string; readonly made: Promise<AdoptedExcess> } | undefined;
  const load = async (bundle: string): Promise<AdoptedExcess> => {
    const packed = policies.get(bundle);
    if (packed === undefined) throw fail('policies-missing', 'the adopted policies are not archived');
    const { files } = await unpackBundle(packed, bundle, digestOf);
    // A member that joined later can hold nothing by this bundle.
    const members = membersByBundle({ files }, directory());
    const message: LoadBundleMessage = { files, members: factsIn(members) };
    const sets = await askChild<LoadBundleMessage, PolicySets>(message, { child, ...LOAD_BOUNDS });
    const excessOf = createExcessOf({ engine: await engineOf(sets), sets, directory: members });
    return { bundle, excessOf };
  };
  return () => {
    const bundle = policies.newest();
    if (bundle === undefined) return Promise.reject(fail('policies-missing', 'no policies are archived'));
    const name = `${bundle} ${JSON.stringify(factsIn(directory()))}`;
    if (kept?.name !== name) kept = { name, made: load(bundle) };
    const { made } = kept;
    // A bundle that failed to load is loaded again at the next call.
    made.catch(() => (kept = kept?.made === made ? undefined : kept));
    return made;
  };
}
