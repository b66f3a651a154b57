import type { OrgId } from '../kernel/ids.js';

/** What the cache must know of a plan: how many rows it has by now. */
interface Sized {
  readonly rows: number;
}

/**
 * Plans by originator and key, at most `limit` rows an originator and the plan that is used: one that varies its headers
 * evicts only its own plans.
 */
export interface PlanCache<Plan extends Sized> {
  /**
   * The plan for the key, made when there is none; it says when it has got a row more. The least recently used goes first,
   * and is not used any more.
   */
  get(originator: OrgId, key: bigint, make: (grown: () => void) => Plan): Plan;
  readonly size: number;
}

export function createPlanCache<Plan extends Sized>(limit: number): PlanCache<Plan> {
  const byOriginator = new Map<OrgId, { readonly plans: Map<bigint, Plan>; rows: number }>();
  return {
    get(originator, key, make) {
      const kept = byOriginator.get(originator) ?? { plans: new Map<bigint, Plan>(), rows: 0 };
      byOriginator.set(originator, kept);
      const plan = kept.plans.get(key) ?? make(() => (kept.rows += 1));
      // A Map keeps the order of insertion: put in again, it is the newest.
      kept.plans.delete(key);
      kept.plans.set(key, plan);
      for (const [old, { rows }] of kept.plans) {
        if (kept.rows <= limit || old === key) break;
        kept.plans.delete(old);
        kept.rows -= rows;
      }
      return plan;
    },
    get size() {
      return [...byOriginator.values()].reduce((sum, { plans }) => sum + plans.size, 0);
    },
  };
}
