import { seconds } from '../../shared/kernel/clock.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import { MAX_ITEMS } from '../../shared/wire/frame-limits.js';
import type { Hub } from '../hub.js';

/** How far another router's clock may be ahead, in seconds, for its records to be counted. */
const AHEAD_S = 60;

/**
 * True when an organisation may have this many more notices recorded. Counts notices on the ledger, so that several routers
 * together admit one quota. The period is the smallest number of whole minutes in which a whole frame fits.
 */
export function isWithinQuota(
  { store, clock, snapshot }: Pick<Hub, 'store' | 'clock' | 'snapshot'>,
  org: OrgId,
  count: number,
): boolean {
  // What ends or bars sharing is held back by no quota.
  if (count === 0) return true;
  const { perMinute = 0 } = snapshot().directory.organisations.get(org)?.quotas ?? {};
  if (perMinute === 0) return false;
  const minutes = Math.ceil(MAX_ITEMS / perMinute);
  const now = seconds(clock());
  return store.quotas.sum(org, now - 60 * minutes + 1, now + AHEAD_S) + count <= minutes * perMinute;
}
