import type { Directory } from '../../services/shared/trust/directory.js';
import { amend, parseAmendment } from '../../services/shared/trust/directory/amendment.js';
import { parseDirectoryParts } from '../../services/shared/trust/directory/directory-parts.js';
import type { DirectorySource } from '../../services/shared/trust/directory-source.js';
import { frames, type SignedSet } from '../../services/shared/wire/frames.js';

/** Returns the source of a signed directory, so that a test can change it and sign the next version. */
export function sourceOf({ frame }: Directory): DirectorySource {
  const { directory, amendment } = frames.directory.decode(frame);
  const source = parseDirectoryParts(partsOf(directory));
  return amendment ? amend(source, parseAmendment(partsOf(amendment))) : source;
}

const partsOf = (set: SignedSet | null | undefined): readonly unknown[] =>
  (set?.leaves ?? []).map(({ part }) => JSON.parse(Buffer.from(part).toString()));
