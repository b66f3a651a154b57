import { isDeepStrictEqual } from 'node:util';
import { fail } from '../../kernel/errors.js';
import type { Directory } from '../directory.js';
import { requireWitnessesApproved } from './witness-list.js';

/**
 * True for two directories of which the root and its directory keys may sign only one: of one version, or the second not after the
 * first; also where they rest on two such versions of the root.
 */
export function isFork(held: Directory, next: Directory): boolean {
  if (next.federation !== held.federation) return false;
  if (next.base.version === held.base.version && next.base.digest !== held.base.digest) return true;
  if (next.version === held.version) return next.digest !== held.digest;
  return next.version === held.version + 1 && next.previous !== held.digest;
}

/**
 * Requires `next` to be a valid successor of `held`, as `checkSuccession` does, and that the witnesses of `held` approved the list of
 * `next`. Throws as that, and `not-approved`.
 */
export async function verifySuccession(held: Directory, next: Directory): Promise<void> {
  checkSuccession(held, next);
  await requireWitnessesApproved(held, next);
}

/**
 * Requires `next` to be a valid successor of `held`, apart from approvals: same federation, higher version, resting on no older version
 * of the root, the next version chained by digest, no organisation and no key removed, no organisation listed before those of `held`
 * nor these in another order, no key changed, no revocation lifted, no key added that a revoked key asked for, not signed by a key that
 * was revoked, the contract of the hub not lowered, nor without the root that of a member, no witness list removed, changed or replaced
 * by an older one. Throws `audience-mismatch`, `directory-older`, `statement-conflict` (another directory under the same version, or
 * another witness list under the same number), `digest-mismatch`, `schema-invalid` for the order of organisations, `key-revoked` or
 * `key-invalid`.
 */
export function checkSuccession(held: Directory, next: Directory): void {
  if (next.federation !== held.federation) throw fail('audience-mismatch', 'directory of another federation');
  if (next.version < held.version) {
    throw fail('directory-older', `directory version ${next.version} is older than ${held.version}`);
  }
  if (next.version === held.version && next.digest !== held.digest) {
    throw fail('statement-conflict', `two directories with version ${next.version}`);
  }
  if (next.version === held.version + 1 && next.previous !== held.digest) {
    throw fail('digest-mismatch', `directory version ${next.version} does not follow the one held`);
  }
  checkBase(held, next);
  if (next.hub.contract < held.hub.contract) {
    throw fail('directory-older', `the contract of the hub was lowered to ${next.hub.contract}`);
  }
  checkNothingLost(held, next);
  checkOrder(held, next);
  checkAskers(held, next);
  checkWitnesses(held.witnesses, next.witnesses);
}

/** Facts come with the version of the root alone: an older one would bring back those that were changed since. */
function checkBase(held: Directory, next: Directory): void {
  if (next.base.version < held.base.version)
    throw fail(
      'directory-older',
      `directory version ${next.version} rests on version ${next.base.version} of the root, older than ${held.base.version}`,
    );
  if (next.base.version === held.base.version && next.base.digest !== held.base.digest)
    throw fail('statement-conflict', `two directories of the root with version ${next.base.version}`);
  if (next.version > held.version && held.key(next.signedBy)?.revokedAt !== undefined)
    throw fail('key-revoked', `key \`${next.signedBy}\`, which signed the directory, was revoked`);
}

function checkNothingLost(held: Directory, next: Directory): void {
  for (const [id, organisation] of held.organisations) {
    const after = next.organisations.get(id);
    if (after === undefined) throw fail('directory-older', `organisation \`${id}\` was removed`);
    if (next.base.version === held.base.version && after.contract < organisation.contract)
      throw fail('directory-older', `the contract of \`${id}\` was lowered to ${after.contract}`);
    organisation.keys.forEach((key) => checkKeyKept(key.kid, held, next));
  }
  held.hub.keys.forEach((key) => checkKeyKept(key.kid, held, next));
}

/** Until others are named, the first organisations are the witnesses: one listed before those of `held` would take the place of one. */
function checkOrder(held: Directory, next: Directory): void {
  const listed = [...next.organisations.keys()];
  const moved = [...held.organisations.keys()].find((id, place) => listed[place] !== id);
  if (moved === undefined) return;
  throw fail(
    'schema-invalid',
    `organisation \`${moved}\` is listed in another place than in version ${held.version} of the directory`,
  );
}

function checkWitnesses(before: Directory['witnesses'], after: Directory['witnesses']): void {
  if (before === undefined) return;
  if (after === undefined || after.number < before.number)
    throw fail(
      'directory-older',
      `list ${before.number} of the witnesses was removed or replaced by an older one`,
    );
  if (after.number === before.number && !isDeepStrictEqual(after, before))
    throw fail('statement-conflict', `two witness lists with number ${after.number}`);
}

/** Refuses a new key that a revoked key asked for: an amendment could date it before the revocation. */
function checkAskers(held: Directory, next: Directory): void {
  for (const { keys } of next.organisations.values())
    for (const { kid, askedBy } of keys)
      if (askedBy !== undefined && held.key(kid) === undefined && held.key(askedBy)?.revokedAt !== undefined)
        throw fail('key-revoked', `key \`${askedBy}\`, which asked for \`${kid}\`, was revoked`);
}

function checkKeyKept(kid: string, held: Directory, next: Directory): void {
  const [before, after] = [held.key(kid), next.key(kid)];
  if (before?.x !== after?.x) throw fail('key-invalid', `key \`${kid}\` was removed or changed`);
  const revoked = before?.revokedAt;
  if (revoked !== undefined && (after?.revokedAt === undefined || after.revokedAt > revoked)) {
    throw fail('key-revoked', `the revocation of key \`${kid}\` was lifted`);
  }
}
