import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { fail } from '../../kernel/errors.js';
import { policyToJson } from '../../policy/cedar/cedar.js';
import type { Permission } from '../../policy/engine.js';
import { ALL_LAYERS } from '../../policy/layers.js';
import type { Counterexample } from '../space/counterexample.js';
import type { Route } from '../diff/compare-route.js';
import { conditionText } from './condition.js';
import type { Invariant } from './invariant-file.js';
import type { Query, Version } from '../space/answers.js';
import type { Truth } from '../space/atom.js';
import type { Diagram } from '../space/diagram.js';
import { allows, decidingOf, type Outcome } from '../space/outcome.js';
import type { Reach, Space } from '../space/space.js';

/** The result for one invariant, over every notice on every route. */
export interface InvariantProof {
  readonly id: string;
  readonly says: string;
  /** Members on whose routes the invariant is not demanded yet; absent when there are none. */
  readonly joining?: readonly string[];
  /** False also when its condition never holds. */
  readonly holds: boolean;
  /** How many decisions it covers: notices that the rules distinguish, by route and section. 0: it is vacuous. */
  readonly size: bigint;
  /** The plainest notice that breaks the invariant. */
  readonly counterexample?: Counterexample;
}

/** What an invariant is proven against. */
export interface ProofContext {
  readonly space: Space;
  readonly version: Version;
  readonly routes: readonly Route[];
}

/**
 * For one notice. `unmet`: the condition does not hold; `kept`, `broken`: it holds, and the demand is met or
 * not.
 */
export type InvariantVerdict = 'unmet' | 'kept' | 'broken';

/** Proves an invariant on every route; reports the first of the plainest counterexamples. */
export function proveInvariant(invariant: Invariant, { routes, ...deps }: ProofContext): InvariantProof {
  const when = conditionOf(invariant.when);
  const found = routes.flatMap((route) =>
    queriesOf(invariant, route).flatMap((query) =>
      deps.space
        .reach(invariantVerdictOf({ invariant, query, when }, deps), [query], when)
        .map((reach) => ({ query, reach })),
    ),
  );
  const met = found.filter(({ reach }) => reach.value !== 'unmet');
  const size = met.reduce((sum, { reach }) => sum + reach.points, 0n);
  const [plainest] = met
    .filter(({ reach }) => reach.value === 'broken')
    .toSorted((a, b) => a.reach.distance - b.reach.distance);
  return {
    id: invariant.id,
    says: invariant.says,
    ...(invariant.joining === undefined ? {} : { joining: invariant.joining }),
    holds: plainest === undefined && size > 0n,
    size,
    ...(plainest === undefined ? {} : { counterexample: exampleOf(plainest) }),
  };
}

/** Parses a condition as the rule of `conditionText`. Throws `policy-invalid`. */
export function conditionOf(when: string): PolicyJson {
  const answer = policyToJson(conditionText(when));
  if (answer.type === 'success') return answer.json;
  throw fail('policy-invalid', `${when}: ${answer.errors.map(({ message }) => message).join('; ')}`);
}

/**
 * Returns one query per section, because each section is demanded or forbidden by itself. Returns none for a
 * route of a joining member, to which the invariant does not apply yet.
 */
export function queriesOf({ never, always, joining = [] }: Invariant, route: Route): readonly Query[] {
  if (joining.includes(route.originator) || joining.includes(route.recipient)) return [];
  const what = never ?? always;
  if (what === undefined || what === 'receive' || 'obligation' in what)
    return [{ ...route, permission: 'receive' }];
  const [permission, sections] =
    'disclose' in what ? ['disclose', what.disclose] : ['advertise', what.advertise];
  return (sections as readonly NonNullable<Query['section']>[]).map((section) => ({
    ...route,
    permission: permission as Permission,
    section,
  }));
}

interface VerdictParams {
  readonly invariant: Invariant;
  readonly query: Query;
  readonly when: PolicyJson;
}

const isBroken = (given: boolean): InvariantVerdict => (given ? 'broken' : 'kept');
const isKept = (given: boolean): InvariantVerdict => (given ? 'kept' : 'broken');
/** A condition that cannot be evaluated counts as broken: it proves nothing. */
const where = (when: Truth, verdict: InvariantVerdict): InvariantVerdict =>
  when === false ? 'unmet' : when === 'error' ? 'broken' : verdict;

/** Returns the verdict of one query as a function of the notice. */
export function invariantVerdictOf(
  { invariant, query, when }: VerdictParams,
  { space, version }: Omit<ProofContext, 'routes'>,
): Diagram<InvariantVerdict> {
  const answers = space.answersOf(version);
  const { map, combine } = space.diagrams;
  const { always } = invariant;
  const verdict =
    typeof always === 'object' && 'obligation' in always
      ? obligationVerdict(always.obligation, query, { space, version })
      : map(always === undefined ? isBroken : isKept, answers.answer(query));
  return combine(where, answers.applies(when, query), verdict);
}

const ofReceived = (received: boolean, carries: boolean): InvariantVerdict =>
  received ? isKept(carries) : 'unmet';
const either = (a: boolean, b: boolean): boolean => a || b;

/**
 * Returns whether a permit of any layer imposes the obligation on a received notice; `unmet` when it is not
 * received.
 */
function obligationVerdict(
  obligation: string,
  query: Query,
  { space, version }: Omit<ProofContext, 'routes'>,
): Diagram<InvariantVerdict> {
  const answers = space.answersOf(version);
  const { map, combine, leaf } = space.diagrams;
  const carries = (outcome: Outcome): boolean =>
    allows(outcome) &&
    decidingOf(outcome).some((id) => version.sets.rules.get(id)?.obligation === obligation);
  const carried = ALL_LAYERS.map((layer) => map(carries, answers.layer(layer, query))).reduce(
    (any, each) => combine(either, any, each),
    leaf<boolean>(false),
  );
  return combine(ofReceived, answers.answer(query), carried);
}

interface BrokenReach {
  readonly query: Query;
  readonly reach: Reach<InvariantVerdict>;
}

function exampleOf({ query, reach }: BrokenReach): Counterexample {
  const { originator: from, recipient: to, section = null } = query;
  return { header: reach.witness, from, to, section };
}
