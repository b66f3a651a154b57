/** Returns the current time. Passed as an argument, so that tests can move it; processes pass `systemClock`. */
export type Clock = () => Date;

/** The clock of the machine. */
export const systemClock: Clock = () => new Date();

/** Returns whole seconds since 1970, the unit of dates in a JWT (RFC 7519 section 2, NumericDate). */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** Formats a date as RFC 3339 in UTC without fractions, so that it can equal a date of a JWT. */
export function rfc3339(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
