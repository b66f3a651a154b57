import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFrom, type LiaisonError } from '../../shared/kernel/errors.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import type { Directory } from '../../shared/trust/directory.js';
import { openDirectoryOnce } from '../../shared/trust/directory/open-once.js';
import type { DirectoryHolder } from '../../shared/trust/directory-holder.js';
import type { PublicJwk } from '../../shared/trust/jwk.js';

/** The file of the last version of the directory that counts as a whole. */
export interface ProvedFile {
  write(frame: Uint8Array): void;
}

interface OpenedProved {
  readonly file: ProvedFile;
  readonly proved: Directory;
}

/**
 * Opens the file in the folder of an organisation. Without one, the newest version counts as a whole and is written: the first
 * directory of a home needs only the signature of the root. A damaged file counts as none. A version in the file that is
 * newer than `newest` is adopted.
 */
export async function openProved(
  folder: string,
  { newest, anchor, onDamaged }: OpenProvedDeps,
): Promise<OpenedProved> {
  const path = join(folder, 'directory-proved.frame');
  const file = { write: (frame: Uint8Array) => writeWhole(path, frame) };
  const kept = existsSync(path)
    ? await openDirectoryOnce(readFileSync(path), anchor).catch((thrown: unknown) =>
        onDamaged(errorFrom(thrown)),
      )
    : undefined;
  if (kept) {
    if (kept.version > newest.current().version) await newest.adopt(kept.frame);
    return { file, proved: kept };
  }
  const proved = newest.current();
  file.write(proved.frame);
  return { file, proved };
}

interface OpenProvedDeps {
  readonly newest: DirectoryHolder;
  readonly anchor: PublicJwk;
  readonly onDamaged: (error: LiaisonError) => void;
}
