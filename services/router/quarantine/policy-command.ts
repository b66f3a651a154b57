import { digestOfHex } from '../../shared/trust/digest.js';
import { LEDGER_OWNER } from '../../shared/ledger/command-content.js';
import type { CommandedPolicies } from '../commanded-policies.js';
import { MAX_WAITING_RELEASES } from '../frames/open-release.js';
import type { Hub } from '../hub.js';
import type { Order } from './open-command.js';
import type { CommandResolution } from './record-command.js';

/**
 * Carries out `adopt`: judges the folder, which must be the one that the operator named. A judgement that takes longer than
 * commands behind it may wait is refused as `timed-out` and continues: the router adopts the folder all the same.
 */
export async function adoptFolder(
  policies: CommandedPolicies,
  { command }: Pick<Order, 'command'>,
): Promise<CommandResolution> {
  const looked = await policies.look();
  if (policies.adopted() === digestOfHex(command.entry)) return { outcome: 'adopted', code: null };
  if (looked === 'pending') return { outcome: 'refused', code: 'timed-out' };
  return { outcome: 'refused', code: policies.refusal() ?? 'digest-mismatch' };
}

/**
 * Decides about `baseline`. It is accepted only while the bundle that the ledger names is missing, and only
 * if the folder or the auditor has the bundle that it names. Once the command is on the ledger, every router
 * takes that bundle without judging it: so it waits until another running router that still has the missing
 * bundle would have put it into the archive.
 */
export async function setBaseline(
  policies: CommandedPolicies,
  { command }: Pick<Order, 'command'>,
): Promise<CommandResolution> {
  const missingMs = policies.missingMs();
  if (missingMs === undefined) return { outcome: 'refused', code: 'forbidden' };
  if (!(await policies.has(digestOfHex(command.entry))))
    return { outcome: 'refused', code: 'policies-missing' };
  if (missingMs < policies.archivedAgainMs) return { outcome: 'refused', code: 'not-yet' };
  return { outcome: 'adopted', code: null };
}

/**
 * Decides about `release`. Once the command is on the ledger with this outcome, the routers judge its release. It is refused where the
 * folder of policies has the rules of all, and while too many releases of the federation wait.
 */
export function submitRelease({
  takesReleases,
  store,
}: Pick<Hub, 'takesReleases' | 'store'>): CommandResolution {
  if (!takesReleases) return { outcome: 'refused', code: 'not-yet' };
  if (store.releases.waitingOf(LEDGER_OWNER) >= MAX_WAITING_RELEASES)
    return { outcome: 'refused', code: 'release-refused' };
  return { outcome: 'submitted', code: null };
}
