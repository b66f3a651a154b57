import type { Figures } from './figures.js';

/** Three digits that count, with commas: `0.081`, `3.42`, `1,230`. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return value.toLocaleString('en', { maximumFractionDigits: 0 });
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** The median, and the spread where there is one. */
export function spread({ median, least, most }: Figures): string {
  return least === most ? short(median) : `${short(median)} (${short(least)}–${short(most)})`;
}
