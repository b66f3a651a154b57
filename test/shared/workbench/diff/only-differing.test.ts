import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, test } from 'vitest';
import { type Chance, createChance } from '../../../../services/shared/kernel/chance.js';
import { directoryOf, factsIn } from '../../../../services/shared/policy/facts.js';
import { hexDigest } from '../../../../services/shared/trust/digest.js';
import type { Route } from '../../../../services/shared/workbench/diff/compare-route.js';
import { diffPolicies, routesOf } from '../../../../services/shared/workbench/diff/diff-policies.js';
import { differingRoutes } from '../../../../services/shared/workbench/diff/differing-routes.js';
import { questionsOf } from '../../../../services/shared/workbench/space/route-questions.js';
import { createSpace } from '../../../../services/shared/workbench/space/space.js';
import { anyCondition, grammarOf } from '../brute-force/any-condition.js';
import { anyVersion, type DrawnVersion, editedVersion, loaded } from '../brute-force/any-version.js';

/** Returns the version without one member, or with other groups of one. */
function withOther(chance: Chance, { directory, ...version }: DrawnVersion): DrawnVersion {
  const members = factsIn(directory);
  const changed = chance.one(members);
  const groups = chance.some(['north', 'sea', 'east'], [0, 2]);
  const isLeft = chance.next() < 0.5;
  const others = members.flatMap((each) => (each !== changed ? each : isLeft ? [] : { ...each, groups }));
  return { ...version, directory: directoryOf(others) };
}

test('policy diff of the routes that differ gives the changes and digests that a diff of all routes gives', async () => {
  const tally = { changes: 0, same: 0, differing: 0 };
  for (let seed = 0; seed < 60; seed += 1) {
    const chance = createChance(seed);
    const drawn = anyVersion(chance, 0);
    const edited = seed % 4 < 3 ? withOther(chance, drawn) : editedVersion(chance, drawn, 0);
    const [one, other] = [loaded(drawn, 'json'), loaded(edited, 'json')];
    const [before, after] = seed % 2 === 0 ? [one, other] : [other, one];
    const routes = differingRoutes(before, after);
    const { changes } = await diffPolicies(before, after, { digest: hexDigest });
    const compared = await diffPolicies(before, after, { digest: hexDigest, routes });
    expect(compared.changes, `seed ${seed}`).toEqual(changes);
    tally.changes += changes.length;
    tally.differing += routes.length;
    tally.same += routesOf([before, after]).length - routes.length;
  }
  expect(Math.min(tally.changes, tally.differing, tally.same)).toBeGreaterThan(50);
});

const nameOf = ({ originator, recipient }: Route): string => `${originator} ${recipient}`;

/** Returns a condition of an invariant, which may err and read what no rule reads. */
function anyWhen(chance: Chance, { schema }: DrawnVersion): PolicyJson {
  const { json } = anyCondition(chance, grammarOf(schema, 0));
  const scope = { principal: { op: 'All' }, action: { op: 'All' }, resource: { op: 'All' } };
  return { effect: 'permit', ...scope, conditions: [{ kind: 'when', body: json }] } as unknown as PolicyJson;
}

test('on routes that do not differ, both versions answer every question the same, and conditions of invariants have one value', () => {
  const tally = { questions: 0, differing: 0 };
  for (let seed = 100; seed < 180; seed += 1) {
    const chance = createChance(seed);
    const drawn = anyVersion(chance, 0);
    const conditions = [anyWhen(chance, drawn), anyWhen(chance, drawn)];
    const [one, other] = [loaded(drawn, 'json'), loaded(withOther(chance, drawn), 'json')];
    const [before, after] = seed % 2 === 0 ? [one, other] : [other, one];
    const space = createSpace([before, after]);
    const [was, is] = [space.answersOf(before), space.answersOf(after)];
    const differing = new Set(differingRoutes(before, after, conditions).map(nameOf));
    const same = routesOf([before, after]).filter((route) => !differing.has(nameOf(route)));
    const questions = same.flatMap(questionsOf);
    // Equal diagrams are one object.
    const unequal = questions.filter(
      ({ query, sets }) =>
        sets.some(({ layer }) => was.layer(layer, query) !== is.layer(layer, query)) ||
        conditions.some((when) => was.applies(when, query) !== is.applies(when, query)),
    );
    expect(unequal, `seed ${seed}`).toEqual([]);
    tally.questions += questions.length;
    tally.differing += differing.size;
  }
  expect(Math.min(tally.questions, tally.differing)).toBeGreaterThan(100);
});
