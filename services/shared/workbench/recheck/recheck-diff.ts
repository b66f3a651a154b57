import { createChance } from '../../kernel/chance.js';
import type { Rule } from '../../policy/rule.js';
import type { Route } from '../diff/compare-route.js';
import type { PolicyDiff } from '../diff/diff-policies.js';
import { differingRoutes, rulesOfRoute } from '../diff/differing-routes.js';
import { conditionOf } from '../prove/prove-invariant.js';
import type { Version } from '../space/answers.js';
import { type CheckedVersion, createCheckedVersion } from './checked-version.js';
import { createCheckChanges } from './check-changes.js';
import { type CheckedProofs, createCheckInvariants } from './check-invariants.js';
import { checkRoute, createRecheckTally } from './check-route.js';
import type { Recheck } from './contradiction.js';
import { recheckSize } from './recheck-size.js';

/** The options of a recheck. */
export interface RecheckOptions {
  /** A number below 2³²; the same one gives the same notices. */
  readonly seed: number;
  /** The most notices to check on a route; 300 by default, and fewer where about 4,200 in all would be exceeded. */
  readonly maxNotices?: number;
  /** Awaited after each route, so that the caller can yield to other work, or stop by throwing. */
  readonly onRoute?: () => Promise<void>;
}

interface DiffToCheck {
  readonly before: Version;
  readonly after: Version;
  /** The result of `diffPolicies` for these two versions. */
  readonly diff: Pick<PolicyDiff, 'changes' | 'space'>;
  /** Proofs of the newer version in the same space and on the same routes, to be checked at the same notices. */
  readonly checked?: Pick<CheckedProofs, 'invariants' | 'proofs'>;
}

/**
 * Checks a comparison at random notices of every route whose rules or facts differ: the answers of the
 * analysis against the evaluator and Cedar, and the reported changes against every loosening and tightening
 * that the evaluator shows. A contradiction is a defect of this program, after which the comparison gives no
 * verdict.
 */
export async function recheckDiff(
  { before, after, diff, checked = NO_PROOFS }: DiffToCheck,
  options: RecheckOptions,
): Promise<Recheck> {
  const { seed, maxNotices, onRoute } = options;
  const routes = differingRoutes(before, after);
  const versions = versionsOf({ before, after, diff });
  const size = recheckSize({ routes: routes.length, versions, maxNotices });
  const check = { versions, space: diff.space, size, chance: createChance(seed) };
  const checkChanges = createCheckChanges(diff.changes);
  const invariantsOf = createCheckInvariants({ ...checked, version: after, space: diff.space });
  const conditions = checked.invariants.map(({ when }) => conditionOf(when));
  const tally = createRecheckTally();
  for (const route of routes) {
    const checkInvariants = invariantsOf(route);
    checkRoute(
      route,
      {
        ...check,
        targets: [...targetsOf(route, before, after), ...conditions],
        alsoCheck: (drawn, [was, is]) => [
          ...checkChanges(drawn, { before: was?.evaluated, after: is?.evaluated }),
          ...checkInvariants(drawn, is?.evaluated),
        ],
      },
      tally,
    );
    await onRoute?.();
  }
  return { seed, ...tally };
}

const NO_PROOFS = { invariants: [], proofs: [] };

/** Returns both versions with their evaluators. */
function versionsOf({ before, after, diff: { space } }: DiffToCheck): readonly CheckedVersion[] {
  const was = createCheckedVersion({ version: before, answers: space.answersOf(before), side: 'before' });
  const same = { version: was, sets: sameSets(before, after) };
  return [
    was,
    createCheckedVersion({ version: after, answers: space.answersOf(after), side: 'after', same }),
  ];
}

/** Returns the names of the sets whose answers are the same in both versions: same text, facts and schema. */
function sameSets(before: Version, after: Version): ReadonlySet<string> {
  const [facts, others] = [before, after].map(({ sets, directory }) =>
    JSON.stringify([[...directory.organisations.values()], sets.schema]),
  );
  if (facts !== others) return new Set();
  const textOf = (name: string, { sets }: Version): string | undefined =>
    sets.sets
      .get(name)
      ?.rules.map(({ text }) => text)
      .join('\n');
  return new Set([...before.sets.sets.keys()].filter((name) => textOf(name, before) === textOf(name, after)));
}

/**
 * Returns the rules that notices should reach: half of the list are changed rules, half are all rules of the
 * route.
 */
function targetsOf(route: Route, before: Version, after: Version): readonly Rule['json'][] {
  const [old = [], now = []] = [before, after].map(({ sets }) => rulesOfRoute(route, sets));
  const isIn = ({ text }: Rule, rules: readonly Rule[]): boolean => rules.some((rule) => rule.text === text);
  const changed = [...old.filter((rule) => !isIn(rule, now)), ...now.filter((rule) => !isIn(rule, old))];
  const all = [...now, ...old.filter((rule) => !isIn(rule, now))];
  const often = all.flatMap((rule, index) => [
    rule,
    ...changed.slice(index % Math.max(1, changed.length)).slice(0, 1),
  ]);
  return often.map(({ json }) => json);
}
