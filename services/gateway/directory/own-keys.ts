import type { OrgId } from '../../shared/kernel/ids.js';
import type { Directory } from '../../shared/trust/directory.js';
import { type DirectoryKey, isOfPerson } from '../../shared/trust/directory-key.js';
import { addMadeKeys, keysInFiles, readMadeKeys } from '../../shared/trust/directory/made-keys.js';

/** The keys that the home of this gateway made, the replaced ones too. */
export interface OwnKeys {
  has(key: DirectoryKey): boolean;
  /** Adds the keys that are in the files of the home now. Throws as `addMadeKeys` and `keysInFiles` do. */
  refresh(): void;
  /** The keys listed for this organisation that this home did not make and that may still sign; none of persons. */
  foreignIn(directory: Directory, now: Date): readonly DirectoryKey[];
}

/**
 * Opens the list of a home; the first `refresh` reads the key files. Without a list it begins with the keys that `first` lists for
 * the organisation. Throws `config-invalid` for a damaged list.
 */
export function openOwnKeys(folder: string, org: OrgId, first: Directory): OwnKeys {
  const listedIn = (directory: Directory): readonly DirectoryKey[] =>
    directory.organisations.get(org)?.keys ?? [];
  let made = readMadeKeys(folder);
  if (made.size === 0) made = new Set(listedIn(first).map(({ x }) => x));
  return {
    has: ({ owner, x }) => owner === org && made.has(x),
    refresh: () => {
      addMadeKeys(folder, [...made]);
      addMadeKeys(folder, keysInFiles(folder));
      made = readMadeKeys(folder);
    },
    foreignIn: (directory, now) =>
      listedIn(directory).filter(
        ({ use, x, notAfter, revokedAt }) =>
          !isOfPerson(use) && !made.has(x) && notAfter > now && (revokedAt === undefined || revokedAt > now),
      ),
  };
}
