import type { Directory } from '../../services/shared/trust/directory.js';
import { parseDirectoryParts } from '../../services/shared/trust/directory/directory-parts.js';
import type { DirectorySource } from '../../services/shared/trust/directory-source.js';
import { frames } from '../../services/shared/wire/frames.js';

/** What the root signed, to sign it again with a change. */
export function sourceOf({ frame }: Directory): DirectorySource {
  const { directory } = frames.directory.decode(frame);
  return parseDirectoryParts(
    (directory?.leaves ?? []).map(({ part }) => JSON.parse(Buffer.from(part).toString())),
  );
}
