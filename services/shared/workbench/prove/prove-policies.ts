import { fail } from '../../kernel/errors.js';
import type { Route } from '../diff/compare-route.js';
import { routesOf } from '../diff/diff-policies.js';
import type { Invariant } from './invariant-file.js';
import type { Version } from '../space/answers.js';
import { createSpace, type Space } from '../space/space.js';
import { type InvariantProof, proveInvariant } from './prove-invariant.js';
import { proveStructure, STRUCTURE_IDS } from './prove-structure.js';

/** The results for every invariant of a folder. */
export interface Proofs {
  readonly holds: boolean;
  readonly proofs: readonly InvariantProof[];
  /** The conditions that were not analysed, in words; empty when the proof is complete. */
  readonly cut: readonly string[];
  /** The answers that were proven, so that they can be checked at single notices. */
  readonly space: Space;
}

/** Where invariants are proven. */
interface ProveOptions {
  /** All routes by default. */
  readonly routes?: readonly Route[];
  /** The space of a comparison of this version with one of the same schema; by default a new one is made. */
  readonly space?: Space;
}

/**
 * Proves the invariants of a folder and those of the structure, on every route or on some. Throws `policy-invalid` when both
 * share an id.
 */
export function provePolicies(
  version: Version,
  invariants: readonly Invariant[],
  { routes = routesOf([version]), space = createSpace([version]) }: ProveOptions = {},
): Proofs {
  const taken = invariants.find(({ id }) => STRUCTURE_IDS.includes(id));
  if (taken !== undefined)
    throw fail('policy-invalid', `the id \`${taken.id}\` belongs to an invariant that is always proven`);
  const proofs = [
    ...invariants.map((invariant) => proveInvariant(invariant, { space, version, routes })),
    ...proveStructure(version, routes),
  ];
  return { holds: proofs.every(({ holds }) => holds), proofs, cut: space.cut(), space };
}
