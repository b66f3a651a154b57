import type { Detail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import type { ReleaseFiles } from '../../../shared/ledger/release/release-files.js';
import { readTextOrThrow } from '../../../shared/policy/load/rule-files.js';
import { digest } from '../../../shared/trust/digest.js';
import { parseFederation } from '../../../shared/trust/directory-source.js';
import { checkFolder } from '../../../shared/workbench/check/check-folder.js';
import { placeOf } from '../../../shared/workbench/check/finding.js';
import { parseApprovals } from '../../../shared/workbench/diff/approvals.js';
import { readFederationFolder, readOwnFiles } from '../../policy/release/release-file.js';
import { folderOf } from './owner-folder.js';

/** What a folder of policies has of one owner, to be released. */
export interface OwnerFiles {
  /** `LEDGER_OWNER` for the files of the federation. */
  readonly owner: OrgId;
  /** Why nothing of it can be released, at `europol/export.cedar:3:1`. */
  readonly faults: readonly Detail[];
  /** Empty where there are faults. */
  readonly files: ReleaseFiles;
  /** The ids of the loosenings that its `approvals.yaml` approves today. */
  readonly approved: readonly string[];
}

/** A folder of policies, and whose files are read. */
export interface FolderToRead {
  readonly folder: string;
  /** The members whose files are read. */
  readonly orgs: readonly OrgId[];
  /** `2027-01-31`, in UTC. */
  readonly today: string;
}

/**
 * Checks a folder of policies, and returns what it has of the federation and of each of these members. A member's rules are read with
 * the schema of the federation, so that faults of the federation are also theirs. Throws as `checkFolder` does.
 */
export function readOwners({ folder, orgs, today }: FolderToRead): readonly OwnerFiles[] {
  const errors = checkFolder(folder, { digest, parseDirectory: parseFederation, today, errorsOnly: true })
    .filter(({ severity }) => severity === 'error')
    .map((finding) => ({ path: placeOf(finding), message: finding.message }));
  const isOf = (owner: string, { path }: Detail): boolean => path.startsWith(`${owner}/`);
  const isShared = (fault: Detail): boolean => !orgs.some((org) => isOf(org, fault));
  return [LEDGER_OWNER, ...orgs].map((owner) => {
    const faults = errors.filter((fault) => isOf(owner, fault) || isShared(fault));
    if (faults.length > 0) return { owner, faults, files: new Map(), approved: [] };
    const files = owner === LEDGER_OWNER ? readFederationFolder(folder) : readOwnFiles(folder, owner);
    return { owner, faults, files, approved: approvedIn(folder, owner, today) };
  });
}

function approvedIn(folder: string, owner: OrgId, today: string): readonly string[] {
  const org = folderOf(owner);
  const path = `${org}/approvals.yaml`;
  const text = readTextOrThrow(folder, path) ?? '';
  return parseApprovals({ org, path, text }).flatMap(({ loosening, until }) =>
    loosening === undefined || until < today ? [] : [loosening],
  );
}
