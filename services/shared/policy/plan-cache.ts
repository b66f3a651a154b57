import type { OrgId } from '../kernel/ids.js';

/** Plans by originator and key, at most `limit` an originator: one that varies its headers evicts only its own plans. */
export interface PlanCache<Plan> {
  /** The plan for the key, made when there is none. The least recently used goes first. */
  get(originator: OrgId, key: bigint, make: () => Plan): Plan;
  readonly size: number;
}

export function createPlanCache<Plan>(limit: number): PlanCache<Plan> {
  const byOriginator = new Map<OrgId, Map<bigint, Plan>>();
  return {
    get(originator, key, make) {
      const plans = byOriginator.get(originator) ?? new Map<bigint, Plan>();
      byOriginator.set(originator, plans);
      const plan = plans.get(key) ?? make();
      // A Map keeps the order of insertion: put in again, it is the newest.
      plans.delete(key);
      plans.set(key, plan);
      const [oldest] = plans.keys();
      if (plans.size > limit && oldest !== undefined) plans.delete(oldest);
      return plan;
    },
    get size() {
      return [...byOriginator.values()].reduce((sum, plans) => sum + plans.size, 0);
    },
  };
}
