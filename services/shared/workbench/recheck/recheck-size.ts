/** How many random notices are checked for each originator and recipient. */
const NOTICES_PER_ROUTE = 300;

/**
 * How many are checked where only Cedar evaluates some rule: then each answer of the evaluator takes as long
 * as one of Cedar.
 */
const NOTICES_WITH_CEDAR = 30;

/** About how many notices a recheck has in all. */
const MAX_NOTICES = 4_200;
/** How many notices a recheck has at least on a route. */
const MIN_NOTICES_ON_ROUTE = 10;

/** One in this many notices is also decided by Cedar. */
export const CEDAR_EVERY = 10;

/**
 * About how many answers of Cedar are compared in one recheck, at least one at each notice that Cedar decides about. Each takes one to two
 * milliseconds, as long as fifty of the evaluator.
 */
const CEDAR_ANSWERS = 500;
const MAX_ANSWERS_PER_NOTICE = 12;

/** How many notices a recheck checks on a route, and how many sets of rules Cedar evaluates at each. */
export interface RecheckSize {
  /** How many random notices are checked on each route. */
  readonly notices: number;
  /** How many sets Cedar evaluates for each notice that it decides about. */
  readonly cedarAnswers: number;
}

interface SizeParams {
  readonly routes: number;
  readonly versions: readonly { readonly usesCedar: boolean }[];
  /** The most notices to check on a route. */
  readonly maxNotices?: number | undefined;
}

/**
 * Returns the size of a recheck. It tests this program and not the rules: the more routes there are, the fewer notices each has,
 * and the fewer sets Cedar evaluates for each.
 */
export function recheckSize({ routes, versions, maxNotices = Infinity }: SizeParams): RecheckSize {
  const most = versions.some(({ usesCedar }) => usesCedar) ? NOTICES_WITH_CEDAR : NOTICES_PER_ROUTE;
  const share = Math.max(MIN_NOTICES_ON_ROUTE, Math.floor(MAX_NOTICES / Math.max(1, routes)));
  const notices = Math.min(most, share, maxNotices);
  const byCedar = (routes * versions.length * notices) / CEDAR_EVERY;
  const each = Math.floor(CEDAR_ANSWERS / Math.max(1, byCedar));
  return { notices, cedarAnswers: Math.min(MAX_ANSWERS_PER_NOTICE, Math.max(1, each)) };
}
