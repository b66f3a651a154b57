const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Formats a number of bytes with two digits in its largest decimal unit, such as `1.2 GB`; `?` for null. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return '?';
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3));
  const value = bytes / 1000 ** power;
  return `${Math.abs(value) < 9.95 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}
