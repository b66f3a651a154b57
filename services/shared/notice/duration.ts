const DURATION = /^P(?:(\d+)Y|(\d+)M|(\d+)D|T(\d+)S)$/;

/** The instant an ISO 8601 duration of one unit later, by the UTC calendar; the schema admits no other form. */
export function after(start: Date, duration: string): Date {
  const [, years = 0, months = 0, days = 0, seconds = 0] = DURATION.exec(duration) ?? [];
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + Number(years), end.getUTCMonth() + Number(months));
  end.setUTCDate(end.getUTCDate() + Number(days));
  end.setUTCSeconds(end.getUTCSeconds() + Number(seconds));
  return end;
}

/** Measured from any day: both ends move alike. */
export function isWithinYears(duration: string, years: number): boolean {
  const start = new Date(0);
  return after(start, duration) <= after(start, `P${years}Y`);
}
