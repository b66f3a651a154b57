import { closed } from '../kernel/closed-schema.js';
import { compileWhenUsed } from '../kernel/compile-when-used.js';
import { fail } from '../kernel/errors.js';
import type { Directory } from '../trust/directory.js';
import { openShownDirectory, type ShownDirectory } from '../trust/directory/shown-directory.js';
import { isFork } from '../trust/directory/succession.js';
import { type Claim, createClaimList } from './claims.js';
import { boundedList, evidenceAjv, evidenceSchemas, requireForm } from './statements.js';
import { type EvidenceContext, signedVersionText } from './verify-pack.js';

/** Two directories of which the root and its directory keys may sign only one, complete by themselves (docs/formats.md#conviction). */
export interface DirectoryFork {
  readonly kind: 'conviction';
  readonly what: 'directory-forked';
  readonly accused: 'root';
  /** The one that was held, and the other one; of each at least head and hub. */
  readonly directories: readonly ShownDirectory[];
}

/** The JSON schema of a conviction about two directories. */
export const directoryForkSchema = closed({
  kind: { const: 'conviction' },
  what: { const: 'directory-forked' },
  accused: { const: 'root' },
  directories: boundedList(evidenceSchemas.shownDirectory, 2, 2),
});
const isDirectoryFork = compileWhenUsed<DirectoryFork>(evidenceAjv, directoryForkSchema);

/** True for a conviction about two directories. */
export function isAboutDirectories(value: unknown): boolean {
  return Object.hasOwn(Object(value) as object, 'directories');
}

/** Reads a conviction about two directories from parsed JSON. Throws `schema-invalid` with the place of the first fault. */
export function parseDirectoryFork(value: unknown): DirectoryFork {
  return requireForm(value, isDirectoryFork());
}

/**
 * Verifies a conviction about two directories by the root's key alone; the last line is the verdict. It names the root alone where the
 * root signed both: a directory key can sign a version beside any of the root.
 */
export async function verifyDirectoryFork(
  { directories }: DirectoryFork,
  { root }: Pick<EvidenceContext, 'root'>,
): Promise<readonly Claim[]> {
  const claims = createClaimList();
  const read: Directory[] = [];
  for (const [at, shown] of directories.entries()) {
    const says = (one: Directory | undefined): string =>
      one === undefined ? 'the root signed this directory' : `${signedVersionText(one)}, ${one.digest}`;
    const claimed = { claim: 'directory', where: `directories[${at}]`, says } as const;
    const one = await claims.check(claimed, () => openShownDirectory(shown, root));
    if (one !== undefined) read.push(one);
  }
  const says = (verdict = 'these directories convict the root (directory-forked)'): string => verdict;
  await claims.check({ claim: 'conviction', where: 'accused', says }, () => {
    const [held, other] = read;
    if (held !== undefined && other !== undefined && isFork(held, other))
      return `the ${whoSigned(held, other)} is convicted (directory-forked): it signed versions ${held.version} and ${other.version}, and only one of the two can be`;
    throw fail('digest-mismatch', 'the signatures by themselves do not convict: no verdict');
  });
  return claims.lines;
}

/** Names who signed two versions of which only one can be: the root, if those are two of the root or rest on two such ones. */
function whoSigned(held: Directory, other: Directory): string {
  const isAmended = [held, other].some(({ version, base }) => version !== base.version);
  const isForkOfRoot = held.base.version === other.base.version && held.base.digest !== other.base.digest;
  return isAmended && !isForkOfRoot ? 'root or its directory key' : 'root';
}
