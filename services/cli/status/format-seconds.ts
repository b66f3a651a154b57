const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

/** Formats a duration of seconds in its largest unit, such as `3 h`; `?` for null. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return '?';
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  return unit === undefined ? `${Math.round(seconds)} s` : `${Math.floor(seconds / unit[1])} ${unit[0]}`;
}
