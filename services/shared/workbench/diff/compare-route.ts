import type { OrgId } from '../../kernel/ids.js';
import { SECTIONS, type Section } from '../../notice/kinds.js';
import type { Query } from '../space/answers.js';
import type { Diagram } from '../space/diagram.js';
import type { Reach, Space } from '../space/space.js';
import { type VersionPair, createAnswerComparison } from './compare-answers.js';
import { type DiffFinding, receiveFindings, sectionFindings } from './findings.js';
import type { Verdicts } from './verdicts.js';

/** An originator and a recipient. */
export interface Route {
  readonly originator: OrgId;
  readonly recipient: OrgId;
}

/** A difference on a route for notices of one kind; `section` is null for the notice as a whole. */
export interface Difference extends Reach<readonly DiffFinding[]> {
  readonly section: Section | null;
}

/** All differences on a route. */
export interface RouteDifferences {
  readonly differences: readonly Difference[];
  /** How many decisions were compared: notices that the rules distinguish, whole and by section. */
  readonly decisions: bigint;
}

/** Returns a function that compares both versions on one route; what routes have in common is compared once. */
export function createCompareRoute(comparing: VersionPair): (route: Route) => RouteDifferences {
  const compared = createAnswerComparison(comparing);
  return (route) => compareRoute(route, { space: comparing.space, compared });
}

interface RouteComparison {
  readonly space: Space;
  readonly compared: ReturnType<typeof createAnswerComparison>;
}

function compareRoute(route: Route, { space, compared }: RouteComparison): RouteDifferences {
  const receive: Query = { ...route, permission: 'receive' };
  const queries = SECTIONS.map((section): Query => ({ ...route, permission: 'disclose', section }));
  const whole = compared(receive);
  const findings = whole.isTouched ? space.diagrams.map(receiveFindings, whole.verdicts()) : undefined;
  const reachOf = (
    diagram: Diagram<readonly DiffFinding[]> | undefined,
    query: Query,
  ): readonly Difference[] => {
    if (diagram === undefined || diagram === space.diagrams.leaf<readonly DiffFinding[]>([])) return [];
    const reached = space.reach(diagram, [query]).filter(({ value }) => value.length > 0);
    return reached.map((reach) => Object.assign(reach, { section: query.section ?? null }));
  };
  const sections = queries.flatMap((query) => {
    const advertise = compared({ ...query, permission: 'advertise' });
    const disclose = compared(query);
    if (!disclose.isTouched && !advertise.isTouched) return [];
    const pair = space.diagrams.combine(asPair, disclose.verdicts(), advertise.verdicts());
    const received = compared(receive, disclose.watched).verdicts();
    return reachOf(space.diagrams.combine(asFindings, pair, received), query);
  });
  const sizes = [receive, ...queries].map((query) => space.size([query]));
  return {
    differences: [...reachOf(findings, receive), ...sections],
    decisions: sizes.reduce((sum, size) => sum + size, 0n),
  };
}

type Pair = readonly [disclose: Verdicts, advertise: Verdicts];
const asPair = (disclose: Verdicts, advertise: Verdicts): Pair => [disclose, advertise];
const asFindings = ([disclose, advertise]: Pair, receive: Verdicts): readonly DiffFinding[] =>
  sectionFindings({ receive, disclose, advertise });
