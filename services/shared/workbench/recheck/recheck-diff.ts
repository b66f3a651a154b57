import { createChance } from '../../kernel/chance.js';
import { ALL_LAYERS } from '../../policy/layers.js';
import type { Rule } from '../../policy/rule.js';
import type { Route } from '../diff/compare-route.js';
import { type PolicyDiff, routesOf } from '../diff/diff-policies.js';
import type { Version } from '../space/answers.js';
import { type CheckedVersion, createCheckedVersion } from './checked-version.js';
import { createCheckChanges } from './check-changes.js';
import { checkRoute, createRecheckTally } from './check-route.js';
import type { Recheck } from './contradiction.js';
import { cedarAnswersFor } from './recheck-size.js';
import { setOf } from '../space/route-questions.js';

/** The options of a recheck. */
export interface RecheckOptions {
  /** A number below 2³²; the same one gives the same notices. */
  readonly seed: number;
  /** Awaited after each route, so that the caller can yield to other work, or stop by throwing. */
  readonly onRoute?: () => Promise<void>;
}

interface DiffToCheck {
  readonly before: Version;
  readonly after: Version;
  /** The result of `diffPolicies` for these two versions. */
  readonly diff: Pick<PolicyDiff, 'changes' | 'space'>;
}

/**
 * Checks a comparison at random notices of every route whose rules or facts differ: the answers of the
 * analysis against the evaluator and Cedar, and the reported changes against every loosening and tightening
 * that the evaluator shows. A contradiction is a defect of this program, after which the comparison gives no
 * verdict.
 */
export async function recheckDiff(
  { before, after, diff }: DiffToCheck,
  options: RecheckOptions,
): Promise<Recheck> {
  const { seed, onRoute } = options;
  const routes = routesOf([before, after]).filter((route) => isDifferent(route, before, after));
  const versions = versionsOf({ before, after, diff });
  const cedarAnswers = cedarAnswersFor({ routes: routes.length, versions: versions.length });
  const check = { versions, space: diff.space, cedarAnswers, chance: createChance(seed) };
  const checkChanges = createCheckChanges(diff.changes);
  const tally = createRecheckTally();
  for (const route of routes) {
    checkRoute(
      route,
      {
        ...check,
        targets: targetsOf(route, before, after),
        alsoCheck: (drawn, [was, is]) =>
          checkChanges(drawn, { before: was?.evaluated, after: is?.evaluated }),
      },
      tally,
    );
    await onRoute?.();
  }
  return { seed, ...tally };
}

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

/** True for a route on which a set, a fact or a word of a vocabulary differs. */
function isDifferent(route: Route, before: Version, after: Version): boolean {
  return contentOf(route, before) !== contentOf(route, after);
}

const schemas = new WeakMap<object, string>();

function contentOf(route: Route, version: Version): string {
  const { sets, directory } = version;
  const schema = schemas.get(sets.schema) ?? JSON.stringify(sets.schema);
  schemas.set(sets.schema, schema);
  const facts = [route.originator, route.recipient].map((id) => directory.organisations.get(id));
  return JSON.stringify([rulesOf(route, version).map(({ text }) => text), facts, schema]);
}

function rulesOf(route: Route, { sets }: Version): readonly Rule[] {
  return ALL_LAYERS.flatMap((layer) => sets.sets.get(setOf(layer, route))?.rules ?? []);
}

/**
 * Returns the rules that notices should reach: half of the list are changed rules, half are all rules of the
 * route.
 */
function targetsOf(route: Route, before: Version, after: Version): readonly Rule['json'][] {
  const [old, now] = [rulesOf(route, before), rulesOf(route, after)];
  const isIn = ({ text }: Rule, rules: readonly Rule[]): boolean => rules.some((rule) => rule.text === text);
  const changed = [...old.filter((rule) => !isIn(rule, now)), ...now.filter((rule) => !isIn(rule, old))];
  const all = [...now, ...old.filter((rule) => !isIn(rule, now))];
  const often = all.flatMap((rule, index) => [
    rule,
    ...changed.slice(index % Math.max(1, changed.length)).slice(0, 1),
  ]);
  return often.map(({ json }) => json);
}
