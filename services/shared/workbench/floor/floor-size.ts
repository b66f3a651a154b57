/** How many random notices are checked for each originator and recipient. */
const NOTICES_PER_ROUTE = 300;

/** The same where the evaluator has Cedar evaluate a rule: there every answer costs as much as Cedar's. */
const NOTICES_WITH_CEDAR = 30;

/** Returns how many random notices are checked on a route. */
export function noticesFor(versions: readonly { readonly usesCedar: boolean }[]): number {
  return versions.some(({ usesCedar }) => usesCedar) ? NOTICES_WITH_CEDAR : NOTICES_PER_ROUTE;
}

/** Cedar decides about every tenth notice. */
export const CEDAR_EVERY = 10;

/** The answers of Cedar in one check: each takes some hundred microseconds, so that these take less than a second. */
const CEDAR_ANSWERS = 2000;
const MAX_ANSWERS_PER_NOTICE = 12;

/** Returns how many sets Cedar answers for about each of its notices: at least one, and more on fewer routes. */
export function cedarAnswersFor({ routes, versions }: { routes: number; versions: number }): number {
  const notices = (routes * versions * NOTICES_PER_ROUTE) / CEDAR_EVERY;
  const each = Math.floor(CEDAR_ANSWERS / Math.max(1, notices));
  return Math.min(MAX_ANSWERS_PER_NOTICE, Math.max(1, each));
}
