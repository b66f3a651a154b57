import { fail } from '../../kernel/errors.js';
import type { Route } from '../diff/compare-route.js';
import type { Invariant } from './invariant-file.js';
import type { Version } from '../space/answers.js';
import { createSpace } from '../space/space.js';
import { type InvariantProof, proveInvariant } from './prove-invariant.js';
import { proveStructure, STRUCTURE_IDS } from './prove-structure.js';

/** Every invariant of a folder, proven or broken. */
export interface Proofs {
  readonly holds: boolean;
  readonly proofs: readonly InvariantProof[];
  /** What was not followed, in words; empty when complete. */
  readonly cut: readonly string[];
}

/** Throws `policy-invalid` for an invariant that is named like one of the structure. */
export function provePolicies(version: Version, invariants: readonly Invariant[]): Proofs {
  const taken = invariants.find(({ id }) => STRUCTURE_IDS.includes(id));
  if (taken !== undefined)
    throw fail('policy-invalid', `the id \`${taken.id}\` is that of an invariant which is always proven`);
  const space = createSpace([version]);
  const routes = routesOf(version);
  const proofs = [
    ...invariants.map((invariant) => proveInvariant(invariant, { space, version, routes })),
    ...proveStructure(version, routes),
  ];
  return { holds: proofs.every(({ holds }) => holds), proofs, cut: space.cut() };
}

function routesOf({ directory }: Version): readonly Route[] {
  const members = [...directory.organisations.keys()];
  return members.flatMap((originator) =>
    members.filter((recipient) => recipient !== originator).map((recipient) => ({ originator, recipient })),
  );
}
