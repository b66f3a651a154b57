import { fail } from '../../shared/kernel/errors.js';
import { SKEW_S } from '../../shared/trust/jws.js';

/** How far ahead of the router's clock a time of signing is waited for, in milliseconds; beyond it, it is judged for good. */
const MAX_WAIT_MS = 86_400_000;

/** True for a time, in milliseconds, for which the router does not wait: its signer's clock was wrong. */
export function isTooFarAhead(ms: number, now: Date): boolean {
  return ms - now.getTime() > MAX_WAIT_MS;
}

/**
 * Requires that a number, which is a time of signing, is not ahead of this clock. Throws `too-far-ahead` for more than a day, which
 * is final, and `issued-in-future`, which passes.
 */
export function checkNumberAhead(number: number, now: Date): void {
  if (isTooFarAhead(number, now)) throw fail('too-far-ahead', 'a number is more than a day ahead');
  if (number - now.getTime() > SKEW_S * 1000)
    throw fail('issued-in-future', 'a number is ahead of the clock');
}
