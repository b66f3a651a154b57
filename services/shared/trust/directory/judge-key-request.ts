import { fail } from '../../kernel/errors.js';
import { type DirectoryKey, type ListedKeys, personName } from '../directory-key.js';
import { CONTRACT } from '../../wire/contract.js';
import { type KeyUse, parseKid } from '../kid.js';
import type { KeyWish } from './key-request-claims.js';
import type { KeyRequest } from './key-request.js';

/** `automatic`: the hub grants a key request by itself. `person`: an operator of the hub does, after its words were read out. */
export type Granting = 'automatic' | 'person';

/** The verdict on a key request whose signatures are enough: who grants it, and the key that counts as the one that asked. */
export interface JudgedKeyRequest {
  readonly granting: Granting;
  readonly askedBy: string;
}

/** The uses whose keys the hub lists and revokes without a person. */
const AUTOMATIC: readonly KeyUse[] = ['notice', 'receipt', 'witness'];
/**
 * How many keys of one use the hub lists by itself within 30 days, and how many keys an organisation then has at most: no key ever leaves
 * the directory, which takes 64 of each owner.
 */
const [MAX_RECENT, MAX_KEYS] = [4, 48];
const RECENT_MS = 30 * 86_400_000;

/**
 * Judges whether the signatures of a request are enough. The next key of a use needs a key of that use in force, or where all are lost
 * an approver; `policy` and `approver` another approver besides. A revocation needs the key itself, another of its use, or an approver.
 * The next nkey needs a notice key, and the present nkey or a person: a stolen nkey alone cannot ask for its successor. Throws
 * `request-used` for what is done, `key-invalid` for another key than the next and for signers of other uses, `key-unknown`,
 * `second-person-needed`, and as `judgeContract` does.
 */
export function judgeKeyRequest(request: KeyRequest, directory: ListedKeys, now: Date): JudgedKeyRequest {
  const { wish } = request;
  switch (wish.type) {
    case 'next':
      return judgeNext(request, wish, { directory, now });
    case 'revoke':
      return judgeRevocation(request, wish, directory);
    case 'nkey':
      return judgeNkey(request, wish);
    case 'contract':
      return judgeContract(request, wish, { directory });
  }
}

interface Judging {
  readonly directory: ListedKeys;
  readonly now: Date;
}

function judgeNext(
  { iss, signers }: KeyRequest,
  { key: { kid, x } }: Extract<KeyWish, { readonly type: 'next' }>,
  { directory, now }: Judging,
): JudgedKeyRequest {
  const { use } = parseKid(kid);
  const own = directory.organisations.get(iss)?.keys ?? [];
  if (directory.key(kid)?.x === x) throw fail('request-used', `key \`${kid}\` is listed already`);
  const next = nextKidOf({ owner: iss, use }, own);
  if (kid !== next) throw fail('key-invalid', `key \`${kid}\` is not \`${next}\`, the next of its use`);
  const askedBy = askerOf(use, signers);
  const hasSuccessor = own.some(
    (key) => key.askedBy === askedBy.kid && key.use === use && !isRevoked(key, now),
  );
  if (hasSuccessor)
    throw fail('request-used', `key \`${askedBy.kid}\` has a successor already: that one asks for the next`);
  const recent = own.filter((key) => key.use === use && key.notBefore.getTime() > now.getTime() - RECENT_MS);
  const isFew = recent.length < MAX_RECENT && own.length < MAX_KEYS;
  const isAutomatic = AUTOMATIC.includes(use) && askedBy.use === use && isFew;
  return { granting: isAutomatic ? 'automatic' : 'person', askedBy: askedBy.kid };
}

/** Returns the signer that asks for a key of this use. Throws unless those that must sign besides have signed. */
function askerOf(use: KeyUse, signers: readonly DirectoryKey[]): DirectoryKey {
  const approvers = signers.filter(isApprover);
  const persons = new Set(approvers.map(({ person = '' }) => personName(person)));
  const asker = signers.find((key) => key.use === use) ?? approvers[0];
  if (asker === undefined) {
    const [other] = signers;
    throw other === undefined
      ? fail('signature-invalid', 'no key in force signed the request')
      : fail('key-invalid', `key \`${other.kid}\` is for \`${other.use}\`, not for \`${use}\``);
  }
  const needed = (asker.use === 'approver' ? 1 : 0) + (AUTOMATIC.includes(use) ? 0 : 1);
  if (persons.size >= needed) return asker;
  throw fail('second-person-needed', `a \`${use}\` key needs the signature of another approver in force too`);
}

function judgeRevocation(
  { signers }: KeyRequest,
  { kid }: Extract<KeyWish, { readonly type: 'revoke' }>,
  directory: ListedKeys,
): JudgedKeyRequest {
  const { use } = parseKid(kid);
  const key = directory.key(kid);
  if (key === undefined) throw fail('key-unknown', `key \`${kid}\` is not in the directory`);
  if (key.revokedAt !== undefined) throw fail('request-used', `key \`${kid}\` is revoked already`);
  const self = signers.find((signer) => signer.kid === kid);
  const asker = self ?? signers.find((signer) => signer.use === use) ?? signers.find(isApprover);
  if (asker === undefined)
    throw signers[0] === undefined
      ? fail('signature-invalid', 'no key in force signed the request')
      : fail('key-invalid', `key \`${signers[0].kid}\` does not speak for \`${use}\` keys`);
  const isAutomatic = self !== undefined || (AUTOMATIC.includes(use) && asker.use === use);
  return { granting: isAutomatic ? 'automatic' : 'person', askedBy: asker.kid };
}

/** Whether the replaced nkey is the present one is known at the hub alone, which otherwise leaves the request to a person. */
function judgeNkey(
  request: KeyRequest,
  { replaces }: Extract<KeyWish, { readonly type: 'nkey' }>,
): JudgedKeyRequest {
  const { kid } = requireNotice(request);
  return { granting: replaces === undefined ? 'person' : 'automatic', askedBy: kid };
}

type ContractWish = Extract<KeyWish, { readonly type: 'contract' }>;

/** Returns the contract that a request lets the hub list: what the gateway speaks, and this process too. */
export function newContract({ contract }: ContractWish, spoken = CONTRACT): number {
  return Math.min(contract, spoken);
}

interface JudgingContract {
  readonly directory: ListedKeys;
  /** The newest that this process speaks. */
  readonly spoken?: number;
}

/**
 * Judges a request to list a newer contract, which needs a notice key. Throws `request-used` unless it is newer than the listed one,
 * `not-yet` where this process speaks no newer one, and as for the next nkey.
 */
export function judgeContract(
  request: KeyRequest,
  wish: ContractWish,
  { directory, spoken = CONTRACT }: JudgingContract,
): JudgedKeyRequest {
  const { iss } = request;
  const listed = directory.organisations.get(iss)?.contract ?? 0;
  if (wish.contract <= listed)
    throw fail('request-used', `\`${iss}\` is listed with contract ${listed} already`);
  if (newContract(wish, spoken) <= listed)
    throw fail('not-yet', `this version speaks no newer contract than ${listed}, that of \`${iss}\``);
  return { granting: 'automatic', askedBy: requireNotice(request).kid };
}

/** Returns the notice key that signed a request about an nkey or a contract. */
function requireNotice({ signers }: KeyRequest): DirectoryKey {
  const [other] = signers;
  const asker = signers.find(({ use }) => use === 'notice');
  if (asker !== undefined) return asker;
  throw other === undefined
    ? fail('signature-invalid', 'no notice key in force signed the request')
    : fail(
        'key-invalid',
        `key \`${other.kid}\` is for \`${other.use}\`: a notice key must sign this request`,
      );
}

const isApprover = ({ use }: DirectoryKey): boolean => use === 'approver';

function isRevoked({ revokedAt }: DirectoryKey, now: Date): boolean {
  return revokedAt !== undefined && revokedAt <= now;
}

/** Returns the id of the next key of an owner: the highest number for this use, plus one. */
export function nextKidOf(
  { owner, use }: { readonly owner: string; readonly use: KeyUse },
  keys: readonly Pick<DirectoryKey, 'owner' | 'use' | 'kid'>[],
): string {
  const numbers = keys
    .filter((key) => key.owner === owner && key.use === use)
    .map(({ kid }) => Number(kid.split(':').at(-1)));
  return `${owner}:${use}:${Math.max(0, ...numbers) + 1}`;
}

/** Returns the ids that a revocation of `kid` revokes: the key, and each that it, or one of these, asked for at or after `since`. */
export function revokedWith(
  { kid, since }: { readonly kid: string; readonly since: number },
  keys: readonly DirectoryKey[],
): readonly string[] {
  const revoked = new Set([kid]);
  // In the order of their listing: a key is listed after the key that asked for it.
  for (const key of keys.toSorted((one, other) => one.notBefore.getTime() - other.notBefore.getTime()))
    if (key.askedBy !== undefined && revoked.has(key.askedBy) && key.notBefore.getTime() >= since * 1000)
      revoked.add(key.kid);
  return [...revoked];
}
