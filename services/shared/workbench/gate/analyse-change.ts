import type { HexDigest } from '../diff/changes.js';
import type { Route } from '../diff/compare-route.js';
import { differingRoutes } from '../diff/differing-routes.js';
import { diffPolicies, type PolicyDiff, routesOf } from '../diff/diff-policies.js';
import type { Contradiction } from '../recheck/contradiction.js';
import { recheckDiff } from '../recheck/recheck-diff.js';
import { recheckProofs } from '../recheck/recheck-proofs.js';
import { seedOfRules } from '../recheck/seed.js';
import type { Invariant } from '../prove/invariant-file.js';
import { conditionOf } from '../prove/prove-invariant.js';
import { type Proofs, provePolicies } from '../prove/prove-policies.js';
import type { Version } from '../space/answers.js';
import { invariantChanges } from './invariant-changes.js';

/** A version with its invariants. */
export interface AnalysedVersion extends Version {
  readonly invariants: readonly Invariant[];
}

interface AnalyseParams {
  readonly adopted: AnalysedVersion & { readonly isProven: boolean };
  readonly candidate: AnalysedVersion;
  readonly digest: HexDigest;
}

/** What a change does, and whether the analysis can be relied on. */
export interface ChangeAnalysis {
  readonly diff: PolicyDiff;
  readonly proofs: Proofs;
  /**
   * True when the invariants were proven on all routes between members, not only on those that differ; false where there are
   * none, in a federation of one member.
   */
  readonly onAll: boolean;
  /** Where the analysis contradicts the evaluator; the first of each recheck. */
  readonly contradictions: readonly Contradiction[];
}

/**
 * Compares both versions on the routes that differ. If the adopted invariants were proven and are unchanged, proves them on these
 * routes and on those where the condition of an invariant has other values, else on all. Comparison and proofs are rechecked: one
 * change always at the same random notices, so that several routers agree.
 */
export async function analyseChange(params: AnalyseParams): Promise<ChangeAnalysis> {
  const { adopted: before, candidate: after, digest } = params;
  const differing = differingRoutes(before, after);
  const diff = await diffPolicies(before, after, { digest, routes: differing });
  const onAll = !before.isProven || !hasSameInvariants(params);
  const isDifferent = createIsAmong(differing);
  const { invariants } = after;
  // Where the rules do not read whose consents count, the condition of an invariant may.
  const unproven = differingRoutes(
    before,
    after,
    invariants.map(({ when }) => conditionOf(when)),
  );
  const isUnproven = createIsAmong(unproven);
  const routes = routesOf([after]).filter((route) => onAll || isUnproven(route));
  // Under one schema the notices are the same: comparison and proofs share a space, and a recheck where routes differ.
  const isShared = schemaText(before) === schemaText(after);
  const proofs = provePolicies(after, invariants, { routes, ...(isShared ? { space: diff.space } : {}) });
  const checked = { invariants, proofs: isShared ? proofs.proofs : [] };
  const seed = seedOfRules([before.sets, after.sets], digest);
  const proven = { ...proofs, version: after, invariants };
  const same = routes.filter((route) => !isDifferent(route));
  const fewer = { seed, maxNotices: NOTICES_IF_SAME };
  const rechecks = [
    await recheckDiff({ before, after, diff, checked }, { seed }),
    ...(isShared ? [] : [await recheckProofs({ ...proven, routes: routes.filter(isDifferent) }, { seed })]),
    await recheckProofs({ ...proven, routes: same }, fewer),
  ];
  const contradictions = rechecks.flatMap((recheck) => recheck.contradictions.slice(0, 1));
  return { diff, proofs, onAll: onAll && routes.length > 0, contradictions };
}

/** On routes that do not differ the change opens nothing: the proofs are rechecked there at a tenth of the notices. */
const NOTICES_IF_SAME = 30;

function hasSameInvariants({ adopted, candidate, digest }: AnalyseParams): boolean {
  return (
    candidate.invariants.length === adopted.invariants.length &&
    invariantChanges(adopted.invariants, candidate.invariants, digest).length === 0
  );
}

function createIsAmong(routes: readonly Route[]): (route: Route) => boolean {
  const names = new Set(routes.map(nameOf));
  return (route) => names.has(nameOf(route));
}

const nameOf = ({ originator, recipient }: Route): string => `${originator} ${recipient}`;

const schemaText = ({ sets }: Version): string => JSON.stringify(sets.schema);
