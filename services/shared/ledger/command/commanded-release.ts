import { decodeBase64url } from '../../kernel/base64url.js';
import { fail } from '../../kernel/errors.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { digest, hexOfDigest } from '../../trust/digest.js';
import type { Directory } from '../../trust/directory.js';
import type { Claims } from '../../trust/jws.js';
import type { Release } from '../../wire/frames.js';
import type { CommandVerb } from '../../wire/subjects.js';
import { type CommandContent, type CommandedRelease, LEDGER_OWNER } from '../command-content.js';
import { type VerifiedRelease, verifyRelease } from '../release/release.js';

/** The release of the federation in a command. */
export interface ReleaseInCommand {
  /** The release as signed. */
  readonly wire: Release;
  readonly verified: VerifiedRelease;
}

/**
 * Reads and verifies the release of a `release` command. Throws `token-malformed` for one in another command or of another form, and
 * as `verifyRelease` does.
 */
export async function parseReleased(
  verb: CommandVerb,
  { release, entry }: Claims,
  reading: { readonly directory: Directory; readonly now: Date },
): Promise<Pick<CommandContent, 'release'> & { readonly released?: ReleaseInCommand }> {
  if (verb !== 'release' && release === undefined) return {};
  if (verb !== 'release') throw fail('token-malformed', 'only `release` has a release');
  const { statement, files, ...more } = isJsonObject(release) ? release : {};
  if (typeof statement !== 'string' || typeof files !== 'string' || Object.keys(more).length > 0)
    throw fail('token-malformed', '`release` has no release');
  if (entry !== hexOfDigest(digest(statement)))
    throw fail('token-malformed', 'the entry is not that of the release');
  const wire = { statement, files: decodeBase64url(files) };
  const verified = await verifyRelease(wire, { ...reading, org: LEDGER_OWNER });
  const commanded: CommandedRelease = { statement, files };
  return { release: commanded, released: { wire, verified } };
}
