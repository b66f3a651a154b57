import type { Figures } from './figures.js';

/** Formats a number with at least three significant digits: `0.081`, `3.42`, `1,235`, `1.55e+11`. */
export function short(value: number): string {
  if (Math.abs(value) >= 1e9) return value.toExponential(2);
  if (Math.abs(value) >= 100) return value.toLocaleString('en', { maximumFractionDigits: 0 });
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** Formats the median, followed by the spread if there is one. */
export function spread({ median, least, most }: Figures): string {
  return least === most ? short(median) : `${short(median)} (${short(least)}–${short(most)})`;
}
