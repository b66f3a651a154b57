/** In milliseconds: the least, and what each organisation takes where that is more. */
const TIMEOUT_MS = { least: 60_000, each: 1_500 };

/** Returns how long a start may take, in milliseconds: a minute, and longer for many organisations. */
export function readyTimeout(organisations: number): number {
  return Math.max(TIMEOUT_MS.least, TIMEOUT_MS.each * organisations);
}
