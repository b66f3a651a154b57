import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isOrgId, type OrgId } from '../../../shared/kernel/ids.js';
import { FILES_OF_FEDERATION, FILES_OF_MEMBER } from '../../../shared/ledger/release/release-files.js';
import { DIRECTORY_FILE } from '../../../shared/policy/federation-files.js';
import { readTextOrThrow } from '../../../shared/policy/load/rule-files.js';
import type { PolicyTexts } from './policy-base.js';

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
  const inFolders = members.flatMap((org) => FILES_OF_MEMBER.map((name) => `${org}/${name}`));
  const texts = [...FILES_OF_FEDERATION, DIRECTORY_FILE, ...inFolders].map(
    (path) => [path, readTextOrThrow(folder, path)] as const,
  );
  const flat =
    own === undefined || existsSync(join(folder, own))
      ? []
      : FILES_OF_MEMBER.map((name) => [`${own}/${name}`, readTextOrThrow(folder, name)] as const);
  return new Map(
    [...texts, ...flat].flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])),
  );
}
