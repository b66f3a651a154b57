import type { OrgId } from '../../shared/kernel/ids.js';
import type { Directory, DirectoryKey } from '../../shared/trust/directory.js';
import { KEY_SOON_DAYS } from '../../shared/trust/directory/member-summary.js';
import { keysOf, type LocalKey, rotateCommand } from '../key/local-keys.js';
import { bad, type CheckFinding, ok } from './check.js';

const DAY_MS = 86_400_000;

interface JudgeKeysParams {
  readonly now: Date;
  /** Whose keys are judged; by default those of all. */
  readonly owner?: OrgId;
}

/** Judges the keys in use: none is revoked, has expired, or expires within 30 days. `here` are those of this home. */
export function judgeKeys(
  directory: Directory,
  here: readonly LocalKey[],
  { now, owner }: JudgeKeysParams,
): CheckFinding {
  const all = keysOf(directory)
    .filter((key) => owner === undefined || key.owner === owner)
    .filter(stillSigns(directory, here));
  const mend = (found: readonly DirectoryKey[]): string => rotateFix(here, found);
  const revoked = all.filter(({ revokedAt }) => revokedAt !== undefined);
  if (revoked.length > 0) return bad(`revoked and not replaced: ${names(revoked)}`, mend(revoked));
  const spent = all.filter((key) => isSpent(key, now, 0));
  if (spent.length > 0) return bad(`expired: ${names(spent)}`, mend(spent));
  const soon = all.filter((key) => isSpent(key, now, KEY_SOON_DAYS));
  if (soon.length > 0) return bad(`expire within ${KEY_SOON_DAYS} days: ${names(soon)}`, mend(soon));
  const first = Math.min(...all.map(({ notAfter }) => notAfter.getTime()));
  return ok(`${all.length} keys, the first expires ${new Date(first).toISOString().slice(0, 10)}`);
}

function isSpent({ notAfter }: DirectoryKey, now: Date, days: number): boolean {
  return notAfter.getTime() <= now.getTime() + days * DAY_MS;
}

/**
 * Returns a filter for keys in use: keys of this home that are not replaced, and the latest valid key of
 * others.
 */
function stillSigns(directory: Directory, here: readonly LocalKey[]): (key: DirectoryKey) => boolean {
  return (key) => {
    const { owner, use, kid, notBefore, revokedAt } = key;
    if (here.some((place) => place.owner === owner && place.use === use))
      return here.some((place) => place.kid === kid && !place.isReplaced);
    const isReplaced = keysOf(directory).some(
      (other) => other.owner === owner && other.use === use && other.notBefore > notBefore,
    );
    return !isReplaced && revokedAt === undefined;
  };
}

function rotateFix(here: readonly LocalKey[], [first]: readonly DirectoryKey[]): string {
  const place = here.find(({ kid }) => kid === first?.kid);
  if (place === undefined) return 'liaison key list   # shows the owner, who rotates it';
  return `liaison ${rotateCommand(place)}`;
}

function names(found: readonly DirectoryKey[]): string {
  return found.map(({ kid }) => kid).join(' ');
}
