import { fail } from '../../shared/kernel/errors.js';
import { SKEW_S } from '../../shared/trust/jws.js';

/**
 * Maximum time ahead of the router's clock for which an item waits, in milliseconds. An item signed further
 * ahead is refused for good.
 */
const MAX_WAIT_MS = 86_400_000;

/**
 * True for a time of signing (milliseconds since 1970) that is so far ahead that the router does not wait for
 * it.
 */
export function isTooFarAhead(ms: number, now: Date): boolean {
  return ms - now.getTime() > MAX_WAIT_MS;
}

/**
 * Requires that a number, which is a time of signing in milliseconds since 1970, is not ahead of `now`.
 * Throws `too-far-ahead`, which is final, for more than a day; `issued-in-future`, which passes, above the
 * tolerated skew.
 */
export function checkNumberAhead(number: number, now: Date): void {
  if (isTooFarAhead(number, now)) throw fail('too-far-ahead', 'a number is more than a day ahead');
  if (number - now.getTime() > SKEW_S * 1000)
    throw fail('issued-in-future', 'a number is ahead of the clock');
}
