import type { Directory } from '../../services/shared/trust/directory.js';
import { parseDirectoryParts } from '../../services/shared/trust/directory/directory-parts.js';
import type { DirectorySource } from '../../services/shared/trust/directory-source.js';
import { frames } from '../../services/shared/wire/frames.js';

/** Returns the source of a signed directory, so that a test can change it and sign the next version. */
export function sourceOf({ frame }: Directory): DirectorySource {
  const { directory } = frames.directory.decode(frame);
  return parseDirectoryParts(
    (directory?.leaves ?? []).map(({ part }) => JSON.parse(Buffer.from(part).toString())),
  );
}
