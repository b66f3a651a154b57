/** How many random notices are checked for each originator and recipient. */
const NOTICES_PER_ROUTE = 300;

/**
 * How many are checked where only Cedar evaluates some rule: then each answer of the evaluator takes as long
 * as one of Cedar.
 */
const NOTICES_WITH_CEDAR = 30;

/** Returns how many random notices are checked on a route. */
export function noticesFor(versions: readonly { readonly usesCedar: boolean }[]): number {
  return versions.some(({ usesCedar }) => usesCedar) ? NOTICES_WITH_CEDAR : NOTICES_PER_ROUTE;
}

/** One in this many notices is also decided by Cedar. */
export const CEDAR_EVERY = 10;

/**
 * The number of Cedar's answers in one recheck. Each takes some hundred microseconds: together less than a
 * second.
 */
const CEDAR_ANSWERS = 2000;
const MAX_ANSWERS_PER_NOTICE = 12;

interface CedarShare {
  readonly routes: number;
  readonly versions: number;
  /** About how many answers of Cedar to compare in all. */
  readonly answers?: number | undefined;
}

/**
 * Returns how many sets Cedar evaluates for each notice that it decides about: at least one, and more for
 * fewer routes.
 */
export function cedarAnswersFor({ routes, versions, answers = CEDAR_ANSWERS }: CedarShare): number {
  const notices = (routes * versions * NOTICES_PER_ROUTE) / CEDAR_EVERY;
  const each = Math.floor(answers / Math.max(1, notices));
  return Math.min(MAX_ANSWERS_PER_NOTICE, Math.max(1, each));
}
