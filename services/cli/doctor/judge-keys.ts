import type { OrgId } from '../../shared/kernel/ids.js';
import { type Directory, type DirectoryKey, hasLeft } from '../../shared/trust/directory.js';
import { isOfPerson, personName } from '../../shared/trust/directory-key.js';
import { KEY_SOON_DAYS } from '../../shared/trust/directory/member-summary.js';
import { keysOf, type LocalKey, rotateCommand } from '../key/local-keys.js';
import { quoted } from '../terminal/suggested-command.js';
import { bad, type CheckFinding, ok } from './check.js';

const DAY_MS = 86_400_000;

interface JudgeKeysParams {
  readonly now: Date;
  /** The organisation of a site, whose keys are judged; by default those of all. */
  readonly owner?: OrgId;
  /** True at a hub whose root key is elsewhere. */
  readonly isRootElsewhere?: boolean;
}

/**
 * Judges the keys in use: none is revoked, has expired, or expires within 30 days. `here` are those of this home. Leaves out
 * members that have left: their keys stay listed only so that old signatures verify.
 */
export function judgeKeys(
  directory: Directory,
  here: readonly LocalKey[],
  params: JudgeKeysParams,
): CheckFinding {
  const { now, owner } = params;
  const all = keysOf(directory)
    .filter((key) => owner === undefined || key.owner === owner)
    .filter((key) => !hasLeft(directory, key.owner))
    .filter(stillSigns(directory, here));
  const mend = ([first]: readonly DirectoryKey[]): string => renewalFix(here, first, params);
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
 * Returns a filter for keys in use: keys of this home that are not replaced, and of keys elsewhere the latest valid one of each owner
 * and use, or of each person where persons hold the keys of that use.
 */
function stillSigns(directory: Directory, here: readonly LocalKey[]): (key: DirectoryKey) => boolean {
  return (key) => {
    const { owner, use, kid, person = '', notBefore, revokedAt } = key;
    const place = here.find((one) => one.kid === kid);
    if (place !== undefined) return !place.isReplaced;
    if (!isOfPerson(use) && here.some((one) => one.owner === owner && one.use === use)) return false;
    const isReplaced = keysOf(directory).some(
      (other) =>
        other.owner === owner &&
        other.use === use &&
        personName(other.person ?? '') === personName(person) &&
        other.notBefore > notBefore,
    );
    return !isReplaced && revokedAt === undefined;
  };
}

/** Returns the command that makes the next key. */
function renewalFix(
  here: readonly LocalKey[],
  key: DirectoryKey | undefined,
  { owner, isRootElsewhere = false }: JudgeKeysParams,
): string {
  const place = here.find(({ kid }) => kid === key?.kid);
  const isSite = owner !== undefined;
  const person = quoted(key?.person ?? '');
  const isForRoot = isRootElsewhere && key?.owner === 'hub';
  const remarks = isForRoot ? ['writes what the holder of the root key signs'] : [];
  if (place !== undefined)
    return command(
      `${rotateCommand(place)}${isSite && place.use === 'policy' ? ' --signed-by approver.jwk' : ''}`,
      remarks,
    );
  if (key?.use === 'operator')
    return command(`key add-operator --person ${person} --out next.jwk`, [
      ...remarks,
      `\`key revoke ${key.kid}\` if that person left`,
    ]);
  if (isSite && key?.use === 'approver')
    return command(
      `key rotate ${owner} approver --person ${person} --key-out next.jwk --signed-by a.jwk --signed-by b.jwk`,
      [],
    );
  return command('key list', ['shows the owner, who rotates it']);
}

function command(words: string, remarks: readonly string[]): string {
  return `liaison ${words}${remarks.length === 0 ? '' : `   # ${remarks.join('; ')}`}`;
}

function names(found: readonly DirectoryKey[]): string {
  return found.map(({ kid }) => kid).join(' ');
}
