import { createChance } from '../../kernel/chance.js';
import type { Route } from '../diff/compare-route.js';
import { routesOf } from '../diff/diff-policies.js';
import { rulesOfRoute } from '../diff/differing-routes.js';
import { conditionOf } from '../prove/prove-invariant.js';
import { type CheckedProofs, createCheckInvariants } from './check-invariants.js';
import { checkRoute, createRecheckTally } from './check-route.js';
import { createCheckedVersion } from './checked-version.js';
import type { Recheck } from './contradiction.js';
import { recheckSize } from './recheck-size.js';
import type { RecheckOptions } from './recheck-diff.js';

interface ProofsToCheck extends CheckedProofs {
  /** The routes that were proven; all by default. */
  readonly routes?: readonly Route[];
}

/**
 * Checks proofs at random notices of every route: the answers of the analysis against the evaluator and
 * Cedar, and each invariant against what the evaluator decides. A contradiction is a defect of this program,
 * after which the proofs give no verdict.
 */
export async function recheckProofs(
  { routes: given, ...checked }: ProofsToCheck,
  { seed, maxNotices, onRoute }: RecheckOptions,
): Promise<Recheck> {
  const { version, space, invariants } = checked;
  const routes = given ?? routesOf([version]);
  const versions = [createCheckedVersion({ version, answers: space.answersOf(version) })];
  const size = recheckSize({ routes: routes.length, versions, maxNotices });
  const check = { versions, space, size, chance: createChance(seed) };
  const conditions = invariants.map(({ when }) => conditionOf(when));
  const invariantsOf = createCheckInvariants(checked);
  const tally = createRecheckTally();
  for (const route of routes) {
    const checkInvariants = invariantsOf(route);
    checkRoute(
      route,
      {
        ...check,
        targets: [...conditions, ...rulesOfRoute(route, version.sets).map(({ json }) => json)],
        alsoCheck: (drawn, [only]) => checkInvariants(drawn, only?.evaluated),
      },
      tally,
    );
    await onRoute?.();
  }
  return { seed, ...tally };
}
