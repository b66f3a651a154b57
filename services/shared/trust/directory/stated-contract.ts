import { closed } from '../../kernel/closed-schema.js';
import { fail } from '../../kernel/errors.js';
import { parseOrgId } from '../../kernel/ids.js';
import { type DirectorySource, directorySchemas } from '../directory-source.js';
import { keysOfMember, listedThen, MAX_BESIDE_VERSION } from './added-key.js';
import { judgeKeyRequest } from './judge-key-request.js';
import { openKeyRequest, readKeyRequest } from './key-request.js';

/** The contract that a directory key lists for a member: its gateway stated it, and a notice key of the member signed that. */
export interface StatedContract {
  /** The text of the key request. */
  readonly request: string;
  /** What is listed: at most what the request says. */
  readonly contract: number;
  /** When the hub listed it. */
  readonly since: string;
}

const { contract, date } = directorySchemas;

/** The JSON schema of a stated contract. */
export const statedContractSchema = closed({
  request: { type: 'string', maxLength: MAX_BESIDE_VERSION },
  contract,
  since: date,
});

interface StatedMember {
  readonly id: string;
  readonly contract?: StatedContract;
}

/**
 * Returns the contract of a member in the version that an amendment makes; `base` is that of the version of the root. Throws
 * `directory-older` for one that is not newer.
 */
export function amendedContract(base: number, { id, contract: stated }: StatedMember): number {
  if (stated === undefined) return base;
  if (stated.contract > base) return stated.contract;
  throw fail('directory-older', `the contract of \`${id}\` was not raised`);
}

interface VerifyStatedParams {
  /** The version that the root signed. */
  readonly base: DirectorySource;
  /** The version that the amendment makes of it. */
  readonly amended: DirectorySource;
}

/**
 * Verifies the contract that an amendment lists for a member, by the keys of the member that were in force then. Throws `key-invalid`
 * for another request, date or number, and as `openKeyRequest` and `judgeKeyRequest` do.
 */
export async function verifyStatedContract(
  { id, contract: stated }: StatedMember,
  { base, amended }: VerifyStatedParams,
): Promise<void> {
  if (stated === undefined) return;
  if (stated.since < base.issuedAt || stated.since > amended.issuedAt)
    throw fail(
      'key-invalid',
      'a contract is listed before the version of the root, or after the amended one',
    );
  const now = new Date(stated.since);
  const directory = listedThen(amended, { id, keys: await keysOfMember(amended, id), now });
  const request = await openKeyRequest(stated.request, { directory, now, org: parseOrgId(id) });
  if (request.wish.type !== 'contract' || request.wish.contract < stated.contract)
    throw fail('key-invalid', `no request of \`${id}\` states contract ${stated.contract}`);
  judgeKeyRequest(request, directory, now);
}

/** Returns what an amendment says of the contract of a member: what it said before, or by a new request. */
export function statedIn(
  { id, listed }: { readonly id: string; readonly listed: number },
  before: StatedContract | undefined,
  { request, since }: { readonly request: string | undefined; readonly since: string },
): Pick<StatedMember, 'contract'> {
  if (before?.contract === listed) return { contract: before };
  const { iss, wish } = request === undefined ? {} : readKeyRequest(request).claims;
  if (request === undefined || wish?.type !== 'contract' || iss !== id) return {};
  return { contract: { request, contract: listed, since } };
}
