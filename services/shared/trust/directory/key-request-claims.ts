import { Ajv } from 'ajv';
import type { MemberUser } from '../../bus/accounts.js';
import { isUserNkey } from '../../bus/nkeys.js';
import { closed, requireShape } from '../../kernel/closed-schema.js';
import { compileWhenUsed } from '../../kernel/compile-when-used.js';
import { fail } from '../../kernel/errors.js';
import { type OrgId, parseOrgId } from '../../kernel/ids.js';
import { oneLinePattern } from '../../wire/one-line-text.js';
import { isOfOrganisation, isOfPerson } from '../directory-key.js';
import { parsePublicJwk, type PublicJwk } from '../jwk.js';
import { type KeyUse, parseKid } from '../kid.js';

/**
 * What an organisation asks for: the listing of its next key of a use, the revocation of a key, the next nkey with which its gateway or
 * its tail logs in to the broker, or the listing of a newer contract, which its gateway speaks since an update.
 */
export type KeyWish =
  | {
      readonly type: 'next';
      readonly key: PublicJwk;
      /** Who holds an approver key. */
      readonly person?: string;
    }
  | {
      readonly type: 'revoke';
      readonly kid: string;
      /** Seconds since 1970: what the key asked for later is revoked with it. */
      readonly since: number;
    }
  | {
      readonly type: 'nkey';
      /** Absent for the gateway. */
      readonly user?: 'tail';
      /** The public nkey. */
      readonly nkey: string;
      /** The public nkey that it replaces, which signed too; absent where that is lost. */
      readonly replaces?: string;
    }
  | {
      readonly type: 'contract';
      /** The newest that the gateway speaks. */
      readonly contract: number;
    };

export type NkeyWish = Extract<KeyWish, { readonly type: 'nkey' }>;

/** The claims of a request, as each key signs them. */
export interface KeyRequestClaims {
  readonly iss: OrgId;
  /** The federation. */
  readonly aud: string;
  readonly iat: number;
  readonly wish: KeyWish;
}

/** Returns what a request counts as where a member is suspended: a revocation is taken then. */
export function sentKindOf({ wish }: Pick<KeyRequestClaims, 'wish'>): 'key-request' | 'key-revocation' {
  return wish.type === 'revoke' ? 'key-revocation' : 'key-request';
}

/** Returns the user that logs in with the nkey that is asked for. */
export function nkeyUserOf({ user }: Pick<NkeyWish, 'user'>): MemberUser {
  return user ?? 'gateway';
}

/** Returns the name of the nkey that is asked for, where it signs the request. */
export function nextNkeyId(wish: Pick<NkeyWish, 'user'>): string {
  return `${nkeyUserOf(wish)}-nkey`;
}

/** The name of the nkey that is replaced, where it signs the request. */
export const REPLACED_NKEY = 'replaced-nkey';

const KID = { type: 'string', maxLength: 64 };
const NUMBER = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const TEXT = { type: 'string', pattern: oneLinePattern(200) };
const CONTRACT_NUMBER = { type: 'integer', minimum: 1, maximum: 65_535 };
const ajv = new Ajv({ strict: true, allErrors: false, ownProperties: true, validateSchema: false });
const isClaims = compileWhenUsed<KeyRequestClaims>(
  ajv,
  closed({
    iss: TEXT,
    aud: TEXT,
    iat: NUMBER,
    wish: {
      oneOf: [
        closed({ type: { const: 'next' }, key: { type: 'object' }, person: TEXT }, ['person']),
        closed({ type: { const: 'revoke' }, kid: KID, since: NUMBER }),
        closed({ type: { const: 'nkey' }, user: { const: 'tail' }, nkey: KID, replaces: KID }, [
          'user',
          'replaces',
        ]),
        closed({ type: { const: 'contract' }, contract: CONTRACT_NUMBER }),
      ],
    },
  }),
);

/**
 * Reads the claims of a request: a key that is asked for or revoked is one of the organisation, and of its uses. Throws `schema-invalid`,
 * `id-invalid`, `issuer-mismatch` and `key-invalid`.
 */
export function readKeyClaims(payload: unknown): KeyRequestClaims {
  const claims = requireShape('key request', payload, isClaims());
  const { wish } = claims;
  const iss = parseOrgId(claims.iss);
  if (wish.type === 'nkey') return { ...claims, iss, wish: parseNkeyWish(wish) };
  if (wish.type === 'contract') return { ...claims, iss };
  const kid = wish.type === 'next' ? parsePublicJwk(wish.key).kid : wish.kid;
  const { owner, use } = parseKid(kid);
  if (owner !== iss) throw fail('issuer-mismatch', `key \`${kid}\` is not of \`${iss}\``);
  if (!isOfOrganisation(use)) throw fail('key-invalid', `key \`${kid}\` is not for a use of a member`);
  if (wish.type === 'next' && isOfPerson(use) !== (wish.person !== undefined))
    throw fail('key-invalid', `key \`${kid}\`: a key names a person exactly if a person holds it`);
  return { ...claims, iss };
}

/**
 * Throws `key-invalid`, without the text, for what is not the public nkey of a user, as it may be a seed, and for an nkey in place of
 * itself.
 */
function parseNkeyWish(wish: NkeyWish): NkeyWish {
  const refuse = (name: 'nkey' | 'replaces', message: string) =>
    fail('key-invalid', `\`wish.${name}\` ${message}`, [{ path: `/wish/${name}`, message }]);
  for (const name of ['nkey', 'replaces'] as const)
    if (!isUserNkey(wish[name] ?? wish.nkey)) throw refuse(name, 'is not the public nkey of a user, `U…`');
  if (wish.replaces === wish.nkey) throw refuse('replaces', 'is the nkey that is asked for');
  return wish;
}

/** Returns the names by which what is asked for signs the request itself. */
export function askedIds(wish: KeyWish): readonly string[] {
  switch (wish.type) {
    case 'next':
      return [wish.key.kid];
    case 'nkey':
      return [nextNkeyId(wish), ...(wish.replaces === undefined ? [] : [REPLACED_NKEY])];
    case 'revoke':
    case 'contract':
      return [];
  }
}

/** Returns the id of the key that a request is about; where that is no key of the directory, `<org>:` with what `askedUse` returns. */
export function askedKid({ iss, wish }: Pick<KeyRequestClaims, 'iss' | 'wish'>): string {
  switch (wish.type) {
    case 'next':
      return wish.key.kid;
    case 'revoke':
      return wish.kid;
    case 'nkey':
    case 'contract':
      return `${iss}:${askedUse({ iss, wish })}`;
  }
}

/** Returns the use of the key that a request is about; `nkey` for that of the gateway, `tail` for that of the tail, `contract`. */
export function askedUse(
  asked: Pick<KeyRequestClaims, 'iss' | 'wish'>,
): KeyUse | 'nkey' | 'tail' | 'contract' {
  const { wish } = asked;
  switch (wish.type) {
    case 'next':
    case 'revoke':
      return parseKid(askedKid(asked)).use;
    case 'nkey':
      return wish.user ?? 'nkey';
    case 'contract':
      return 'contract';
  }
}
