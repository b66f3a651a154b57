import { existsSync } from 'node:fs';
import { fail, isCode } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { type Directory, isInForce, signDirectory } from '../../shared/trust/directory.js';
import type { DirectorySource } from '../../shared/trust/directory-source.js';
import { aboveAmendments } from '../../shared/trust/directory/amendment.js';
import { signAmendment } from '../../shared/trust/directory/sign-amendment.js';
import { readSigner } from '../../shared/trust/keys.js';
import { parseKid } from '../../shared/trust/kid.js';

interface SignVersionParams {
  readonly wanted: DirectorySource;
  readonly before: Directory | undefined;
  /** The text of the request for a key that it adds, where the hub may grant that alone. */
  readonly request?: string | undefined;
}

/**
 * Signs a version of the directory, and returns its frame: with the directory key of this home where that may sign what
 * changes, otherwise with the root key. An added key is signed with the root key where that is here: in an amendment, its request
 * would stay in each later version. A directory key is revoked with the root key where that is here, above every number that the
 * revoked key can have signed: its holder can show any of them. Throws `forbidden` without the key that is needed, and as
 * `signDirectory` does.
 */
export async function signVersion(
  home: Home,
  { wanted, before, request }: SignVersionParams,
): Promise<Uint8Array> {
  const isAbove = before !== undefined && revokesDirectoryKey(before, wanted);
  const isOfRoot = before === undefined || (isAbove && existsSync(home.rootKey));
  const amended = isOfRoot ? undefined : await amendVersion(home, { wanted, before, request });
  if (amended !== undefined) return amended;
  requireRoot(home);
  const least = isAbove ? aboveAmendments(before.base.version) : 0;
  const version = Math.max(wanted.version, least);
  return signDirectory({ ...wanted, version }, await readSigner(home.rootKey));
}

function revokesDirectoryKey({ key }: Directory, { hub }: DirectorySource): boolean {
  return hub.keys.some(
    ({ kid, revokedAt }) =>
      parseKid(kid).use === 'directory' && revokedAt !== undefined && key(kid)?.revokedAt === undefined,
  );
}

/** True for a home with a key that signs versions of the directory: the root key or the directory key. */
export function signsDirectory({ rootKey, directoryKey }: Home): boolean {
  return [rootKey, directoryKey].some((path) => existsSync(path));
}

/** Throws `forbidden` unless this home has the root key of the federation. */
export function requireRoot(home: Home): void {
  if (existsSync(home.rootKey)) return;
  throw fail(
    'forbidden',
    `\`${home.rootKey}\` is not in this home: only the holder of the federation's root key can sign that`,
  );
}

/**
 * Resolves to undefined without a directory key in force, and for what it may not sign or what does not fit beside the root's
 * version.
 */
async function amendVersion(
  home: Home,
  { wanted, before, request }: SignVersionParams & { readonly before: Directory },
): Promise<Uint8Array | undefined> {
  if (!existsSync(home.directoryKey)) return undefined;
  const signer = await readSigner(home.directoryKey);
  if (!isInForce(before.key(signer.kid), new Date(wanted.issuedAt))) return undefined;
  const added = existsSync(home.rootKey) ? undefined : request;
  return signAmendment(before.frame, wanted, { signer, request: added }).catch((error: unknown) => {
    if (isCode(error, 'oversize')) return undefined;
    throw error;
  });
}
