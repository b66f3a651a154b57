import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { readContribution } from '../../../shared/ledger/release/contribution.js';
import { packRelease } from '../../../shared/ledger/release/release-files.js';
import { withRulesOfAll, writeTexts } from '../../../shared/policy/adopted/bundle-folder.js';
import { readReleaseDraft } from '../release/release-file.js';
import type { PolicyBase, PolicyTexts } from './policy-base.js';
import { textsIn } from './texts-in.js';

/**
 * Returns the files of a version by its name: that of the base, a folder or the file of a release, which is laid over it, or another
 * version that the base knows. Throws `usage` for a name that is none of these and for a folder without a file of policies, and as
 * `readReleaseDraft` and `PolicyBase.find` do.
 */
export async function requireVersion(name: string, base: PolicyBase): Promise<PolicyTexts> {
  const texts = name === base.name ? base.texts : await findVersion(name, base);
  if (texts !== undefined) return texts;
  throw fail(
    'usage',
    `\`${name}\` is neither a folder of policies, the file of a release nor adopted policies`,
  );
}

async function findVersion(name: string, base: PolicyBase): Promise<PolicyTexts | undefined> {
  const status = statSync(name, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) return laidOver(base, folderTexts(name, base));
  return status?.isFile() === true ? laidOver(base, releaseTexts(name)) : base.find(name);
}

const laidOver = ({ texts }: PolicyBase, over: PolicyTexts): PolicyTexts => new Map([...texts, ...over]);

function folderTexts(name: string, { site }: PolicyBase): PolicyTexts {
  const found = [name, join(name, 'policies')]
    .filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true)
    .map((folder) => textsIn(folder, site?.own))
    .find((texts) => texts.size > 0);
  if (found !== undefined) return found;
  throw fail('usage', `\`${name}\` has no file of policies, and neither has a folder \`policies\` in it`);
}

/**
 * Returns the files of a release that `policy release --out` wrote, by their paths in a folder of policies. Throws as `packRelease` does
 * for what no release may have, such as a path out of the folder.
 */
function releaseTexts(path: string): PolicyTexts {
  const draft = readReleaseDraft(path);
  const { org, files, contributions = [] } = draft;
  packRelease(draft, org);
  const own = org === LEDGER_OWNER ? files : underOwner(org, files);
  const joint = contributions.map(readContribution);
  return new Map([...own, ...joint.flatMap((one) => [...underOwner(one.org, one.files)])]);
}

const underOwner = (org: OrgId, files: PolicyTexts): PolicyTexts =>
  new Map([...files].map(([name, text]) => [`${org}/${name}`, text]));

/**
 * Calls `work` with a folder that has these texts and rules of every member, and removes it afterwards. Throws as `withRulesOfAll` does.
 */
export async function inFolderOf<T>(
  texts: PolicyTexts,
  { rulesOf }: Pick<PolicyBase, 'rulesOf'>,
  work: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-policies-'));
  try {
    writeTexts(folder, withRulesOfAll(texts, rulesOf));
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
