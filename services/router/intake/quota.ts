import { seconds } from '../../shared/kernel/clock.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { MAX_NOTICES } from '../../shared/wire/frame-limits.js';
import type { Hub } from '../hub.js';

/** How far ahead the clock of another router may be: what it recorded counts all the same. */
const AHEAD_S = 60;

/**
 * True when an organisation may have this many more notices recorded. Counts what is on the ledger, so that several routers
 * together admit what one would: in the last minutes at most as many times the quota of a minute. The number of minutes is the
 * smallest for which a whole frame fits.
 */
export function isWithinQuota(
  { store, clock, snapshot }: Pick<Hub, 'store' | 'clock' | 'snapshot'>,
  org: OrgId,
  count: number,
): boolean {
  const { perMinute = 0 } = snapshot().directory.organisations.get(org)?.quotas ?? {};
  if (perMinute === 0) return false;
  const minutes = Math.ceil(MAX_NOTICES / perMinute);
  const now = seconds(clock());
  return store.quotas.sum(org, now - 60 * minutes + 1, now + AHEAD_S) + count <= minutes * perMinute;
}
