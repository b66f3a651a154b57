import { createCedarSlots } from '../../policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../policy/compiled-engine.js';
import type { Engine } from '../../policy/engine.js';
import { onlySets, type PolicySet, type PolicySets } from '../../policy/policies.js';
import type { Rule } from '../../policy/rule.js';
import type { Route } from '../diff/compare-route.js';
import { conditionText } from '../prove/condition.js';
import type { Invariant } from '../prove/invariant-file.js';
import {
  conditionOf,
  type InvariantProof,
  type InvariantVerdict,
  queriesOf,
  invariantVerdictOf,
} from '../prove/prove-invariant.js';
import type { Query, Version } from '../space/answers.js';
import type { Diagram } from '../space/diagram.js';
import type { Space } from '../space/space.js';
import { type DrawnNotice, isOpenByRow } from './check-notice.js';
import type { Contradiction } from './contradiction.js';
import { createEvaluator, type Evaluated } from './evaluate-notice.js';
import { sectionsOfKind } from '../space/route-questions.js';

/** Proofs of a version, and what they were made from. */
export interface CheckedProofs {
  readonly version: Version;
  readonly invariants: readonly Invariant[];
  readonly proofs: readonly InvariantProof[];
  readonly space: Space;
}

/** Returns what contradicts the proofs at one notice, given what the evaluator decides about it. */
export type CheckInvariants = (
  drawn: DrawnNotice,
  evaluated: Evaluated | undefined,
) => readonly Contradiction[];

interface AskedInvariant {
  readonly invariant: Invariant;
  readonly proof: InvariantProof;
  readonly query: Query;
  readonly verdict: Diagram<InvariantVerdict>;
}

/** Returns a function that makes, for a route, the comparison of the proven invariants with the evaluator. */
export function createCheckInvariants(checked: CheckedProofs): (route: Route) => CheckInvariants {
  const { version, invariants, proofs, space } = checked;
  const conditions = createEvaluator({ version, engine: conditionEngine(version.sets, invariants) });
  const parsed = invariants.flatMap((invariant) => {
    const proof = proofs.find(({ id }) => id === invariant.id);
    return proof === undefined ? [] : [{ invariant, proof, when: conditionOf(invariant.when) }];
  });
  return (route) => {
    const asked = parsed.flatMap(({ invariant, proof, when }) =>
      queriesOf(invariant, route).map((query): AskedInvariant => {
        return {
          invariant,
          proof,
          query,
          verdict: invariantVerdictOf({ invariant, query, when }, { space, version }),
        };
      }),
    );
    return (drawn, evaluated) => {
      const when = conditions.evaluate(route, drawn.attributes);
      if (evaluated === undefined || when === undefined) return [];
      const sections = sectionsOfKind(drawn.attributes.kind);
      return asked
        .filter(({ query: { section } }) => section === undefined || sections.has(section))
        .flatMap((each) => faultOf(each, { drawn, evaluated, when }) ?? []);
    };
  };
}

/**
 * Returns an engine with a set for the condition of each invariant, which permits where the condition holds.
 */
function conditionEngine(sets: PolicySets, invariants: readonly Invariant[]): Engine {
  const rules = invariants.map(({ id, when }): Rule => {
    const [text, json] = [conditionText(when), conditionOf(when)];
    return { id, effect: 'permit', reason: id, text, place: '', json, permissions: new Set(['receive']) };
  });
  const conditions = rules.map((rule): PolicySet => {
    return { name: rule.id, layer: 'federation', rules: [rule] };
  });
  return createCompiledEngine(onlySets(sets, conditions), slots);
}

/** The memory of Cedar for parsed conditions; every recheck of this process reuses it. */
const slots = createCedarSlots();

interface InvariantContext {
  readonly drawn: DrawnNotice;
  readonly evaluated: Evaluated;
  /** The evaluator of the conditions. */
  readonly when: Evaluated;
}

function faultOf(
  { invariant, proof, query, verdict }: AskedInvariant,
  { drawn, evaluated, when }: InvariantContext,
): Contradiction | undefined {
  const given = evaluatedVerdict(invariant, query, { evaluated, when });
  const claimed = drawn.read(verdict);
  const isProven = isCompatible(proof, given);
  if (claimed.includes(given) && isProven) return undefined;
  const { originator: from, recipient: to, permission, section } = query;
  return {
    about: 'invariant',
    invariant: invariant.id,
    permission,
    example: { header: drawn.attributes, from, to, section: section ?? null },
    analysis: isProven ? claimed.join(', or ') : wordsOf(proof),
    evaluator: given,
  };
}

/** True when the evaluator's verdict for one notice does not contradict the proof. */
function isCompatible({ holds, size }: InvariantProof, given: InvariantVerdict): boolean {
  return given === 'unmet' || ((given === 'kept' || !holds) && size > 0n);
}

function wordsOf({ size }: InvariantProof): string {
  return size === 0n ? 'no notice meets its condition' : 'proven for every notice';
}

function evaluatedVerdict(
  { id, always }: Invariant,
  query: Query,
  { evaluated, when }: Pick<InvariantContext, 'evaluated' | 'when'>,
): InvariantVerdict {
  const condition = when.set(id, { permission: 'receive' });
  if (condition.errors.length > 0) return 'broken';
  if (condition.decision === 'deny') return 'unmet';
  const { row } = evaluated;
  if (typeof always === 'object' && 'obligation' in always) {
    if (!row.receive.open) return 'unmet';
    return row.receive.obligations.includes(always.obligation) ? 'kept' : 'broken';
  }
  return isOpenByRow(row, query) === (always !== undefined) ? 'kept' : 'broken';
}
