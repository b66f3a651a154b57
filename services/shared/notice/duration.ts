const DURATION = /^P(?:(\d+)Y|(\d+)M|(\d+)W|(\d+)D|T(?:(\d+)H|(\d+)M|(\d+)S))$/;

/**
 * Adds an ISO 8601 duration of one unit, the only form that the schema admits, by the UTC calendar. If the month has no such
 * day, its last day is used: a month after 31 January is 28 February, never in March.
 */
export function after(start: Date, duration: string): Date {
  const parts = DURATION.exec(duration)?.slice(1) ?? [];
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map(
    (part) => Number(part ?? 0),
  );
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + years, end.getUTCMonth() + months);
  if (end.getUTCDate() !== start.getUTCDate()) end.setUTCDate(0);
  const whole = (weeks * 7 + days) * 86_400 + hours * 3_600 + minutes * 60 + seconds;
  return new Date(end.getTime() + whole * 1_000);
}

/** True for a duration that `after` can add. */
export function isDuration(value: unknown): value is string {
  return typeof value === 'string' && DURATION.test(value);
}

/** True if `shorter` is not longer than `longer`, both measured from 1 January. */
export function isWithin(shorter: string, longer: string): boolean {
  const start = new Date(0);
  return after(start, shorter) <= after(start, longer);
}
