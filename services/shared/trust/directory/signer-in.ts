import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { type DirectoryKey, isInForce, type ListedKeys } from '../directory-key.js';

interface SignerParams {
  readonly kid: string;
  readonly org: OrgId;
  readonly now: Date;
}

/** Finds a key that may sign requests now: of this organisation and in force. */
export function signerIn(directory: ListedKeys, { kid, org, now }: SignerParams): DirectoryKey {
  const key = directory.key(kid);
  if (key === undefined) throw fail('key-unknown', `key \`${kid}\` is not in the directory`);
  if (key.owner !== org) throw fail('issuer-mismatch', `key \`${kid}\` is not of \`${org}\``);
  if (isInForce(key, now)) return key;
  if (key.revokedAt !== undefined && key.revokedAt <= now)
    throw fail('key-revoked', `key \`${kid}\` was revoked`);
  throw key.notBefore > now
    ? fail('key-not-yet-valid', `key \`${kid}\` is not valid yet`)
    : fail('key-expired', `key \`${kid}\` has expired`);
}
