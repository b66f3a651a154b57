import { Ajv } from 'ajv';
import { closed } from '../../kernel/closed-schema.js';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import { fail } from '../../kernel/errors.js';
import { isJsonObject, type JsonObject } from '../../kernel/json-object.js';
import type { KeyEntry } from '../directory-key.js';
import { type DirectorySource, directorySchemas, type MemberEnds } from '../directory-source.js';
import { type AddedKey, addedKeySchema, entryOfAdded } from './added-key.js';
import { amendedContract, type StatedContract, statedContractSchema } from './stated-contract.js';

/**
 * What a key of use `directory` may change in a version that the root signed: number and dates of the version, what the hub serves
 * and the contract of its records, suspensions, revocations of keys, next keys that their own predecessors signed, and newer contracts
 * of members that their notice keys signed. It has no place for a member, any other key, another fact about a member or a later date:
 * a stolen directory key can add none of these (docs/formats.md#amendment).
 */
export interface Amendment {
  readonly head: Pick<DirectorySource, 'version' | 'previous' | 'issuedAt' | 'nextUpdate'> & {
    /** Digest of the statement of the version that the root signed. */
    readonly base: string;
  };
  readonly hub: Pick<DirectorySource['hub'], 'contract' | 'serves'> & Revoking;
  /** One for each organisation of the version, in its order. */
  readonly organisations: readonly AmendedOrganisation[];
}

interface Revoking {
  readonly revoked: readonly Required<Pick<KeyEntry, 'kid' | 'revokedAt'>>[];
}

interface AmendedOrganisation extends Revoking, MemberEnds {
  readonly id: string;
  /** Its keys that the base lacks, in the order of their listing; absent for none. */
  readonly added?: readonly AddedKey[];
  /** A newer contract than that of the base. */
  readonly contract?: StatedContract;
}

/** How many versions may follow one that the root signed, so that the root can always sign a later one. */
const MAX_AMENDMENTS = 100_000;
/** How long a version of a directory key is valid at most, in milliseconds: an expired key can sign only versions that are stale. */
const MAX_VALID_MS = 14 * 86_400_000;

const { date, digest, kid, contract, memberEnds, serves, token, version } = directorySchemas;
const revoked = { type: 'array', maxItems: 64, items: closed({ kid, revokedAt: date }) };
const added = { type: 'array', minItems: 1, maxItems: 64, items: addedKeySchema };
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isAmendment = compileWhenUsed<Amendment>(
  ajv,
  closed({
    head: closed({ version, previous: digest, issuedAt: date, nextUpdate: date, base: digest }),
    hub: closed({ contract, serves, revoked }),
    organisations: {
      type: 'array',
      items: closed({ id: token, ...memberEnds, revoked, added, contract: statedContractSchema }, [
        ...Object.keys(memberEnds),
        'added',
        'contract',
      ]),
    },
  }),
);

/** Returns the parts of an amendment in the order in which they are signed: head, hub, each organisation. */
export function amendmentParts({ head, hub, organisations }: Amendment): readonly JsonObject[] {
  return [
    { type: 'amendment', ...head },
    { type: 'hub', ...hub },
    ...organisations.map((one) => ({ type: 'organisation', ...one })),
  ];
}

/** Reverses `amendmentParts`. Throws `schema-invalid`, also for parts in another order. */
export function parseAmendment(parts: readonly unknown[]): Amendment {
  const [head, hub, ...organisations] = parts.map(bodyOf);
  const read: unknown = { head, hub, organisations };
  const validate = isAmendment();
  if (validate(read) && JSON.stringify(amendmentParts(read)) === JSON.stringify(parts)) return read;
  const { instancePath = '', message = 'parts are out of order' } = validate.errors?.[0] ?? {};
  throw fail('schema-invalid', `amendment of the directory: \`${instancePath}\` ${message}`);
}

function bodyOf(part: unknown): object {
  const { type: _type, ...body } = isJsonObject(part) ? part : {};
  return body;
}

/**
 * Returns the version that an amendment makes of one that the root signed. `verifyAddedKeys` verifies its added keys, and
 * `verifyStatedContract` its contracts of members. What the root revoked, suspended or let leave stays so. Throws `directory-older`
 * for a version, contract or revocation before those of the root's, `key-unknown`, `schema-invalid` for a version too far after the
 * root's, one that is valid for too long, and other members, and as `entryOfAdded` does.
 */
export function amend(base: DirectorySource, { head, hub, organisations }: Amendment): DirectorySource {
  requireAfter(base, head);
  if (hub.contract < base.hub.contract)
    throw fail('directory-older', `the contract of the hub was lowered to ${hub.contract}`);
  if (Object.keys(base.organisations).join() !== organisations.map(({ id }) => id).join())
    throw fail('schema-invalid', 'amendment of the directory: it is about other members');
  for (const { revoked } of [hub, ...organisations]) requireNotBackdated(base, revoked);
  const members = organisations.map(({ id, ...ends }) => {
    const member = base.organisations[id];
    if (member === undefined) throw fail('organisation-unknown', `\`${id}\` is not a member`);
    return [
      id,
      {
        ...member,
        ...earlierEnds(member, ends),
        contract: amendedContract(member.contract, { id, ...ends }),
        keys: revokedIn(keysWith(member, ends.added), ends.revoked),
      },
    ] as const;
  });
  const { version, previous, issuedAt, nextUpdate } = head;
  return {
    ...base,
    version,
    previous,
    issuedAt,
    nextUpdate,
    hub: { contract: hub.contract, serves: hub.serves, keys: revokedIn(base.hub.keys, hub.revoked) },
    organisations: Object.fromEntries(members),
  };
}

/**
 * Returns a number above that of each version that a directory key can have signed beside this version of the root, or beside one
 * before it. The number before is left out too: a version follows the one before it by its digest, which the root may not know.
 */
export function aboveAmendments(base: number): number {
  return base + MAX_AMENDMENTS + 2;
}

function requireAfter(base: DirectorySource, { version, issuedAt, nextUpdate }: Amendment['head']): void {
  if (version <= base.version || issuedAt < base.issuedAt)
    throw fail(
      'directory-older',
      `directory version ${version} is not after ${base.version}, which it amends`,
    );
  if (version > base.version + MAX_AMENDMENTS)
    throw fail(
      'schema-invalid',
      `directory version ${version} is too far after ${base.version}, which it amends`,
    );
  if (Date.parse(nextUpdate) > Date.parse(issuedAt) + MAX_VALID_MS)
    throw fail('schema-invalid', 'an amendment of the directory is valid for 14 days at most');
}

/** What a key signed before the version of the root, and was recorded, stays valid: no directory key can take that back. */
function requireNotBackdated({ issuedAt }: DirectorySource, revoked: Revoking['revoked']): void {
  const backdated = revoked.find(({ revokedAt }) => revokedAt < issuedAt);
  if (backdated === undefined) return;
  throw fail(
    'directory-older',
    `key \`${backdated.kid}\` is revoked as of a time before the version of the root`,
  );
}

function keysWith({ keys }: { readonly keys: readonly KeyEntry[] }, added: readonly AddedKey[] = []) {
  return [...keys, ...added.map(entryOfAdded)];
}

function earlierEnds(member: MemberEnds, ends: MemberEnds): MemberEnds {
  const names = ['suspendedAt', 'leavingAt', 'leftAt'] as const;
  const dates = names.map((name) => [name, earlier(member[name], ends[name])] as const);
  return Object.fromEntries(dates.filter(([, date]) => date !== undefined));
}

function revokedIn(keys: readonly KeyEntry[], revoked: Revoking['revoked']): readonly KeyEntry[] {
  const unknown = revoked.find(({ kid }) => keys.every((one) => one.kid !== kid));
  if (unknown !== undefined) throw fail('key-unknown', `key \`${unknown.kid}\` is not of its owner`);
  return keys.map((entry) => {
    const date = earlier(entry.revokedAt, revoked.find(({ kid }) => kid === entry.kid)?.revokedAt);
    return date === undefined ? entry : { ...entry, revokedAt: date };
  });
}

/** Returns the earlier of two dates in the form of the directory. */
function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
