import { after } from './duration.js';

/** A warning to local systems of a notice that is held or their own; `at` in milliseconds since 1970. */
export interface EndWarning {
  /** The originator reviews the notice, or the notice ends. */
  readonly name: 'review' | 'expiring';
  readonly at: number;
}

/** When a notice is reviewed and ends, in milliseconds since 1970; null without a review. */
export interface WarnedTimes {
  readonly reviewAt: number | null;
  readonly endsAt: number;
}

const DAY_MS = 86_400_000;

/** Returns the warnings of a notice, earliest first: of the review, and 4 months, 30 days and 7 days before the end. */
export function warningsOf({ reviewAt, endsAt }: WarnedTimes): readonly EndWarning[] {
  const ahead = [monthsBefore(endsAt, 4), endsAt - 30 * DAY_MS, endsAt - 7 * DAY_MS];
  const review = reviewAt === null || reviewAt >= endsAt ? [] : [{ name: 'review', at: reviewAt } as const];
  const warnings = [...review, ...ahead.map((at): EndWarning => ({ name: 'expiring', at }))];
  return warnings.toSorted((a, b) => a.at - b.at);
}

/** Returns the warnings that have fallen due at a time before the end; none after it. */
export function dueWarnings(times: WarnedTimes, now: number): readonly EndWarning[] {
  return now < times.endsAt ? warningsOf(times).filter(({ at }) => at <= now) : [];
}

/** Returns the first warning after a time. */
export function nextWarning(times: WarnedTimes, since: number): EndWarning | undefined {
  return warningsOf(times).find(({ at }) => at > since);
}

/** Returns the time this many calendar months earlier, on the last day of a month that is too short. */
function monthsBefore(time: number, months: number): number {
  const start = new Date(time);
  start.setUTCDate(1);
  start.setUTCMonth(start.getUTCMonth() - months);
  const lastDay = after(start, 'P1M').getTime() - DAY_MS;
  const sameDay = start.getTime() + (new Date(time).getUTCDate() - 1) * DAY_MS;
  return Math.min(sameDay, lastDay);
}
