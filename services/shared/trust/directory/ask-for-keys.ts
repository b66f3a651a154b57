import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { seconds } from '../../kernel/clock.js';
import { fail } from '../../kernel/errors.js';
import type { OrgId } from '../../kernel/ids.js';
import { writeWhole } from '../../kernel/write-whole.js';
import { type Directory, type DirectoryKey, isInForce, listingOf } from '../directory.js';
import { type PrivateJwk, publicJwk } from '../jwk.js';
import { generateKey } from '../keys.js';
import type { KeyUse } from '../kid.js';
import { nextKeyOf } from '../signers/own-signer.js';
import { readPrivateJwk } from '../secret-file.js';
import { nextKidOf } from './judge-key-request.js';
import { signKeyRequest } from './key-request.js';
import { addKnownApprovers, addMadeKeys } from './made-keys.js';

/** The keys with which a home asks, and the directory in which they are listed. */
export interface AskingParams {
  /** The folder of the organisation in its home. */
  readonly folder: string;
  readonly org: OrgId;
  readonly directory: Directory;
  readonly now: Date;
  /** The keys of approvers, which are kept elsewhere. */
  readonly approvers: readonly PrivateJwk[];
}

/**
 * Makes the next key of a use beside the present one, or takes the one of an earlier call that is not listed yet, and returns a
 * request for it, signed by both keys and the approvers. Throws `busy` while an earlier rotation is not complete, `key-invalid` and
 * `config-invalid` for damaged files.
 */
export async function askForNextKey(use: KeyUse, params: AskingParams): Promise<string> {
  const { folder, org, directory, now } = params;
  const path = join(folder, `${use}.jwk`);
  const kid = nextKidOf({ owner: org, use }, directory.organisations.get(org)?.keys ?? []);
  const begun = readHeldKey(nextKeyOf(path));
  const listed = begun && listingOf(directory, begun);
  // Also one that is valid only later by the clock here: overwritten, it would be lost, and the present key gets no other one.
  if (begun !== undefined && listed !== undefined && !isOver(listed, now))
    throw fail(
      'busy',
      `the change to key \`${begun.kid}\` is not complete yet: repeat the command in 15 seconds`,
    );
  const next = begun?.kid === kid ? begun : await generateKey(kid);
  if (next !== begun) {
    // Noted first: the gateway raises an alarm for a listed key that its home does not know.
    addMadeKeys(folder, [next.x]);
    writeWhole(nextKeyOf(path), JSON.stringify(next, undefined, 2));
  }
  const present = readHeldKey(path);
  const isGood = present !== undefined && isInForce(directory.key(present.kid), now);
  const wish = { type: 'next', key: publicJwk(next) } as const;
  return sign({ ...params, wish, keys: isGood ? [next, present] : [next] });
}

function isOver({ notAfter, revokedAt }: DirectoryKey, now: Date): boolean {
  return notAfter < now || revokedAt !== undefined;
}

/**
 * Makes the next approver key for a person in the file `path`, or takes the one of an earlier call, and returns a request for it, signed by
 * it and the approvers. Throws `usage` for a file with another key.
 */
export async function askForApproverKey(
  { person, path }: { readonly person: string; readonly path: string },
  params: AskingParams,
): Promise<string> {
  const { folder, org, directory } = params;
  const kid = nextKidOf({ owner: org, use: 'approver' }, directory.organisations.get(org)?.keys ?? []);
  const held = readHeldKey(path);
  if (held !== undefined && held.kid !== kid)
    throw fail('usage', `\`${path}\` holds the key \`${held.kid}\`: a key is never overwritten`);
  const next = held ?? (await generateKey(kid));
  addKnownApprovers(folder, [next.x]);
  if (held === undefined) writeWhole(path, JSON.stringify(next, undefined, 2));
  return sign({ ...params, wish: { type: 'next', key: publicJwk(next), person }, keys: [next] });
}

/** Returns a request to revoke a key, and what it asked for since then, signed by a key of its use and the approvers. */
export function askForRevocation(
  { kid, use, since }: { readonly kid: string; readonly use: KeyUse; readonly since: Date },
  params: AskingParams,
): Promise<string> {
  const present = heldInForce(use, params);
  const signer = present.find((key) => key.kid === kid) ?? present.at(-1);
  const wish = { type: 'revoke', kid, since: seconds(since) } as const;
  return sign({ ...params, wish, keys: signer === undefined ? [] : [signer] });
}

/** Returns the keys of a use that are in this home and in force, the next one last. Throws as `readHeldKey` does. */
export function heldInForce(
  use: KeyUse,
  { folder, directory, now }: Pick<AskingParams, 'folder' | 'directory' | 'now'>,
): readonly PrivateJwk[] {
  const path = join(folder, `${use}.jwk`);
  const held = [path, nextKeyOf(path)].flatMap((one) => readHeldKey(one) ?? []);
  return held.filter((key) => isInForce(directory.key(key.kid), now));
}

interface SignParams extends AskingParams {
  readonly wish: Parameters<typeof signKeyRequest>[0]['wish'];
  readonly keys: readonly PrivateJwk[];
}

function sign({ org, directory, now, approvers, wish, keys }: SignParams): Promise<string> {
  const claims = { iss: org, aud: directory.federation, iat: seconds(now), wish };
  return signKeyRequest(claims, [...keys, ...approvers]);
}

/** Reads a private key of a home; undefined for a missing file. Throws `config-invalid` and `key-invalid`. */
export function readHeldKey(path: string): PrivateJwk | undefined {
  if (!existsSync(path)) return undefined;
  return readPrivateJwk(path);
}
