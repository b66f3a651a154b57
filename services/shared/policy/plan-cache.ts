import type { OrgId } from '../kernel/ids.js';

/** A plan, as the cache sees it: how many rows it has by now. */
interface Sized {
  readonly rows: number;
}

/**
 * Plans by originator and key. Bounded per originator, so that one whose headers all differ evicts only its own plans.
 * The plan in use is kept even when it alone exceeds the bound.
 */
export interface PlanCache<Plan extends Sized> {
  /**
   * Returns the plan for the key, made by `make` when there is none; the plan calls `grown` for each row it adds.
   * Evicts the least recently used plans of the originator while they exceed the bound.
   */
  get(originator: OrgId, key: bigint, make: (grown: () => void) => Plan): Plan;
  /** How many plans all originators have. */
  readonly size: number;
}

/** Returns an empty cache of at most `limit` rows per originator. */
export function createPlanCache<Plan extends Sized>(limit: number): PlanCache<Plan> {
  const byOriginator = new Map<OrgId, { readonly plans: Map<bigint, Plan>; rows: number }>();
  return {
    get(originator, key, make) {
      const kept = byOriginator.get(originator) ?? { plans: new Map<bigint, Plan>(), rows: 0 };
      byOriginator.set(originator, kept);
      const plan = kept.plans.get(key) ?? make(() => (kept.rows += 1));
      // A Map iterates in order of insertion: deleting and setting makes the plan the newest.
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
