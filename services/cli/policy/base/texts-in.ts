import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isOrgId, type OrgId } from '../../../shared/kernel/ids.js';
import {
  FEDERATION_FILES,
  OTHER_FEDERATION_FILES,
  OTHER_FILES,
  RULE_FILES,
} from '../../../shared/ledger/release/release-files.js';
import { DIRECTORY_FILE } from '../../../shared/policy/federation-files.js';
import { readTextOrThrow } from '../../../shared/policy/load/rule-files.js';
import type { PolicyTexts } from './policy-base.js';

const OWN_FILES = [...RULE_FILES, ...OTHER_FILES];
const OF_FEDERATION = [...FEDERATION_FILES, ...OTHER_FEDERATION_FILES, DIRECTORY_FILE];

/**
 * Returns what a folder has of the files of policies, by path: those of the federation, and rules and cases in a subfolder for each
 * member. `own` is the organisation whose rules and cases may lie in the folder itself. Throws as `readTextOrThrow` does.
 */
export function textsIn(folder: string, own: OrgId | undefined): PolicyTexts {
  const isFolder = (name: string): boolean =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true;
  const members = readdirSync(folder).filter(
    (name) => name !== 'federation' && isOrgId(name) && isFolder(name),
  );
  const inFolders = members.flatMap((org) => OWN_FILES.map((name) => `${org}/${name}`));
  const texts = [...OF_FEDERATION, ...inFolders].map(
    (path) => [path, readTextOrThrow(folder, path)] as const,
  );
  const flat =
    own === undefined || existsSync(join(folder, own))
      ? []
      : OWN_FILES.map((name) => [`${own}/${name}`, readTextOrThrow(folder, name)] as const);
  return new Map(
    [...texts, ...flat].flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])),
  );
}
