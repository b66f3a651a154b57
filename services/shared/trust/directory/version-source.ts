import { parseStrictJson } from '../../kernel/strict-json.js';
import type { SignedSet } from '../../wire/frames.js';
import { signedVersionIn } from '../directory.js';
import type { DirectorySource } from '../directory-source.js';
import { amend, parseAmendment } from './amendment.js';
import { parseDirectoryParts } from './directory-parts.js';

/** Returns the content of a version that was verified before, with what is amended in it. Throws `schema-invalid`. */
export function sourceIn(frame: Uint8Array): DirectorySource {
  const { directory, amendment } = signedVersionIn(frame);
  const base = baseIn(directory);
  return amendment === null ? base : amend(base, parseAmendment(unverifiedParts(amendment)));
}

/** Returns the content of what the root signed, not verified. Throws `schema-invalid`. */
export function baseIn(directory: SignedSet): DirectorySource {
  return parseDirectoryParts(unverifiedParts(directory));
}

/** Returns the parts of a set, without verifying it. */
export function unverifiedParts({ leaves }: SignedSet): readonly unknown[] {
  return leaves.map(({ part }) => parseStrictJson(part));
}
