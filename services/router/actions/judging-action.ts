import type { OrgId } from '../../shared/kernel/ids.js';
import type { Policy } from '../../shared/policy/plan.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';

/** What an action is judged by. */
export interface JudgingAction {
  readonly store: RouterStore;
  readonly policy: Policy;
  readonly now: Date;
  /** True for an organisation that gets no more than ends. */
  readonly isClosed: (org: OrgId) => boolean;
}
