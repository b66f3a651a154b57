import type { Chance } from '../../kernel/chance.js';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Route } from '../diff/compare-route.js';
import type { Space } from '../space/space.js';
import { checkByCedar } from './check-cedar.js';
import { type CheckedNotice, createCheckNotice, type DrawnNotice } from './check-notice.js';
import type { CheckedVersion } from './checked-version.js';
import type { Contradiction, Recheck } from './contradiction.js';
import { createDraw } from './draw-notices.js';
import { CEDAR_EVERY, type RecheckSize } from './recheck-size.js';

/** The counts and contradictions of the notices checked so far. */
type RecheckTally = { -readonly [Name in 'notices' | 'decisions' | 'byCedar']: Recheck[Name] } & {
  readonly contradictions: Contradiction[];
};

/** Returns an empty tally. */
export function createRecheckTally(): RecheckTally {
  return { notices: 0, decisions: 0, byCedar: 0, contradictions: [] };
}

interface CheckRouteParams {
  readonly versions: readonly CheckedVersion[];
  readonly space: Space;
  readonly targets: readonly PolicyJson[];
  readonly size: RecheckSize;
  readonly chance: Chance;
  /** Finds further contradictions at a notice; `checked` has a result for each version, in their order. */
  readonly alsoCheck: (drawn: DrawnNotice, checked: readonly CheckedNotice[]) => readonly Contradiction[];
}

/** The maximum number of reported contradictions: one is enough to withhold the verdict. */
const MAX_CONTRADICTIONS = 10;

/** Checks random notices of one route in every version, and adds the results to the tally. */
export function checkRoute(route: Route, params: CheckRouteParams, tally: RecheckTally): void {
  const { versions, space, targets, chance, size, alsoCheck } = params;
  const schemas = versions.map(({ sets }) => sets.schema);
  const draw = createDraw({ route, schemas, targets, chance });
  const checks = versions.map((version) => ({ version, check: createCheckNotice(version, route) }));
  for (let number = 0; number < size.notices; number += 1) {
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
      const cedar = checkByCedar({ version, drawn, evaluated, answers: size.cedarAnswers, chance });
      tally.byCedar += cedar.byCedar;
      found.push(...cedar.contradictions);
    }
    // Further contradictions about one notice mostly follow from the first.
    tally.contradictions.push(...found.slice(0, 1));
  }
}
