import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import type { Directory, Organisation } from '../directory.js';
import { mayWitness } from './witness-schema.js';

/** How long gateways may take to prove a version of the directory under the witnesses that counted before it, in milliseconds. */
const PROVING_MS = 600_000;

/**
 * Requires that a new witness key of a member leaves gateways enough witnesses that they know: with those replaced or revoked in the
 * last ten minutes fewer than half, or one alone (docs/operate/keys.md#how-a-version-takes-effect). Throws `busy`.
 */
export function requireFewWitnessesReplaced(
  { organisations, witnesses }: Pick<Directory, 'organisations' | 'witnesses'>,
  org: OrgId,
  now: Date,
): void {
  const members = [...organisations.values()].filter(
    ({ id, keys }) => mayWitness(witnesses, id) && keys.some(({ use }) => use === 'witness'),
  );
  if (!mayWitness(witnesses, org)) return;
  const since = now.getTime() - PROVING_MS;
  const others = members.filter((member) => member.id !== org && isReplaced(member, since)).length;
  if (others === 0 || 2 * (others + 1) < members.length) return;
  throw fail(
    'busy',
    `witness keys of ${others} other members were replaced in the last ten minutes: gateways prove that version first, by fewer than half`,
  );
}

function isReplaced({ keys }: Organisation, since: number): boolean {
  const own = keys.filter(({ use }) => use === 'witness');
  const isLater = (date: Date | undefined): boolean => date !== undefined && date.getTime() > since;
  return (
    own.some(({ revokedAt }) => isLater(revokedAt)) ||
    own.slice(1).some(({ notBefore }) => isLater(notBefore))
  );
}
