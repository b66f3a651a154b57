import type { OrgId } from '../../shared/kernel/ids.js';
import type { Policy } from '../../shared/policy/plan.js';
import type { RouterStore } from '../../shared/store/router/router-store.js';
import type { ActionsRead } from './actions-read.js';

/** What actions and requests are judged by. */
export interface JudgingAction {
  readonly store: RouterStore;
  readonly policy: Policy;
  readonly now: Date;
  /** True for an organisation that gets only ends and bars: a suspended one, or one that is not a member. */
  readonly isClosed: (org: OrgId) => boolean;
  /** Returns the person who holds a key, as names are compared; the id of a key that is not listed. */
  readonly personOf: (kid: string) => string;
}

/** What the items of one frame are judged by: also the actions on the ledger, which the frame reads once. */
export interface JudgingLives extends JudgingAction {
  readonly acts: ActionsRead;
}
