import type { Chance } from '../../kernel/chance.js';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Route } from '../diff/compare-route.js';
import type { Space } from '../space/space.js';
import { checkByCedar } from './check-cedar.js';
import { type CheckedNotice, createCheckNotice, type DrawnNotice } from './check-notice.js';
import type { CheckedVersion } from './checked-version.js';
import type { Contradiction, Floor } from './contradiction.js';
import { createDraw } from './draw-notices.js';
import { CEDAR_EVERY, noticesFor } from './floor-size.js';

/** What is counted while notices are checked. */
type FloorTally = { -readonly [Name in 'notices' | 'decisions' | 'byCedar']: Floor[Name] } & {
  readonly contradictions: Contradiction[];
};

/** Returns counts of nothing. */
export function createFloorTally(): FloorTally {
  return { notices: 0, decisions: 0, byCedar: 0, contradictions: [] };
}

interface CheckRouteParams {
  readonly versions: readonly CheckedVersion[];
  readonly space: Space;
  readonly targets: readonly PolicyJson[];
  /** How many answers of Cedar are compared at each of its notices. */
  readonly cedarAnswers: number;
  readonly chance: Chance;
  /** Returns what else contradicts at a notice, from the results of the versions in their order. */
  readonly alsoCheck: (drawn: DrawnNotice, checked: readonly CheckedNotice[]) => readonly Contradiction[];
}

/** No more contradictions than these are reported: one suffices to give no verdict. */
const MAX_CONTRADICTIONS = 10;

/** Checks random notices of one route by every version, and adds what was found to the tally. */
export function checkRoute(route: Route, params: CheckRouteParams, tally: FloorTally): void {
  const { versions, space, targets, chance, cedarAnswers, alsoCheck } = params;
  const schemas = versions.map(({ sets }) => sets.schema);
  const draw = createDraw({ route, schemas, targets, chance });
  const checks = versions.map((version) => ({ version, check: createCheckNotice(version, route) }));
  const notices = noticesFor(versions);
  for (let number = 0; number < notices; number += 1) {
    if (tally.contradictions.length >= MAX_CONTRADICTIONS) return;
    const attributes = draw();
    const drawn = { route, attributes, read: space.at(attributes) };
    const checked = checks.map(({ check }) => check(drawn));
    tally.notices += 1;
    const found = [...checked.flatMap(({ contradictions }) => contradictions), ...alsoCheck(drawn, checked)];
    for (const [index, { evaluated, decisions }] of checked.entries()) {
      const version = versions[index];
      tally.decisions += decisions;
      if (version === undefined || evaluated === undefined || number % CEDAR_EVERY !== 0) continue;
      const cedar = checkByCedar({ version, drawn, evaluated, answers: cedarAnswers, chance });
      tally.byCedar += cedar.byCedar;
      found.push(...cedar.contradictions);
    }
    // The others about one notice mostly follow from the first.
    tally.contradictions.push(...found.slice(0, 1));
  }
}
