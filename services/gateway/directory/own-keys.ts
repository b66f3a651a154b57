import type { OrgId } from '../../shared/kernel/ids.js';
import type { Directory } from '../../shared/trust/directory.js';
import { type DirectoryKey, isOfPerson } from '../../shared/trust/directory-key.js';
import {
  addKnownApprovers,
  addMadeKeys,
  keysInFiles,
  readKnownApprovers,
  readMadeKeys,
} from '../../shared/trust/directory/made-keys.js';

/** The keys that the home of this gateway made, the replaced ones too, and those of the approvers that it knows. */
export interface OwnKeys {
  /** True for a key that the home made; never for the key of an approver. */
  has(key: DirectoryKey): boolean;
  /** Adds the keys that are in the files of the home now. Throws as `addMadeKeys`, `addKnownApprovers` and `keysInFiles` do. */
  refresh(): void;
  /** The keys listed for this organisation that may still sign and that this home neither made nor knows as an approver's. */
  foreignIn(directory: Directory, now: Date): readonly DirectoryKey[];
}

/**
 * Opens the list of a home; the first `refresh` reads the key files. Without a list, or one of approvers, it begins with the keys that
 * `first` lists for the organisation. Throws `config-invalid` for a damaged list.
 */
export function openOwnKeys(folder: string, org: OrgId, first: Directory): OwnKeys {
  const listedIn = (directory: Directory): readonly DirectoryKey[] =>
    directory.organisations.get(org)?.keys ?? [];
  const listedFirst = (isWanted: (key: DirectoryKey) => boolean): ReadonlySet<string> =>
    new Set(
      listedIn(first)
        .filter(isWanted)
        .map(({ x }) => x),
    );
  let made = readMadeKeys(folder);
  if (made.size === 0) made = listedFirst(({ use }) => !isOfPerson(use));
  let approvers = readKnownApprovers(folder) ?? listedFirst(({ use }) => isOfPerson(use));
  return {
    has: ({ owner, x }) => owner === org && made.has(x),
    refresh: () => {
      addMadeKeys(folder, [...made]);
      addMadeKeys(folder, keysInFiles(folder));
      addKnownApprovers(folder, [...approvers]);
      made = readMadeKeys(folder);
      approvers = readKnownApprovers(folder) ?? approvers;
    },
    foreignIn: (directory, now) =>
      listedIn(directory).filter(
        ({ use, x, notAfter, revokedAt }) =>
          !(isOfPerson(use) ? approvers : made).has(x) &&
          notAfter > now &&
          (revokedAt === undefined || revokedAt > now),
      ),
  };
}
