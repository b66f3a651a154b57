import type { Directory } from '../../services/shared/trust/directory.js';
import { sourceIn } from '../../services/shared/trust/directory/version-source.js';
import type { DirectorySource } from '../../services/shared/trust/directory-source.js';

/** Returns the source of a signed directory, so that a test can change it and sign the next version. */
export function sourceOf({ frame }: Directory): DirectorySource {
  return sourceIn(frame);
}
