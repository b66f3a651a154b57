/** Formats a time as `12:04:31.120` in the time zone of the browser. */
export function timeOf(iso: string): string {
  const date = new Date(iso);
  const part = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}

/** Formats a time as `2026-11-25 12:04:31` in the time zone of the browser. */
export function dayTimeInDigits(iso: string): string {
  const date = new Date(iso);
  const part = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
  return `${day} ${timeOf(iso).slice(0, 8)}`;
}

/** Formats a time as `25 Nov 2026, 12:04:31` in the time zone of the browser. */
export function dayTimeInWords(iso: string): string {
  return DAY_AND_TIME.format(new Date(iso));
}

const DAY_AND_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

const NUMBER = new Intl.NumberFormat('en');

/** Formats an integer with thousands separators: `12,345`. */
export function count(value: number): string {
  return NUMBER.format(value);
}

/** Formats a duration in its largest fitting unit, rounded: `850 ms`, `4.2 s`, `12 min`, `3 h`, `20 d`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 2 * 86_400_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** Formats the time that is left in its largest unit, rounded down: `6 d`. `liaison status` prints the same. */
export function remaining(ms: number): string {
  const [word, size] = UNITS.find(([, unit]) => ms >= unit) ?? ['s', 1_000];
  return `${Math.floor(ms / size)} ${word}`;
}

/** Returns the name of the browser's time zone: `GMT+1`, `UTC`. */
export function zoneName(): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts();
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Formats a rate per minute: one decimal below 10, none above. */
export function rate(perMinute: number): string {
  if (perMinute === 0) return '0';
  return perMinute < 10 ? perMinute.toFixed(1) : count(Math.round(perMinute));
}
