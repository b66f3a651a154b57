import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { FEDERATION_FILES, type ReleaseFiles } from '../../../shared/ledger/release/release-files.js';
import { unreleasedRules } from '../../../shared/policy/adopted/bundle-folder.js';
import { DIRECTORY_FILE } from '../../../shared/policy/federation-files.js';
import { askChild } from '../../../shared/policy/load/ask-child.js';
import { readTextOrThrow } from '../../../shared/policy/load/rule-files.js';
import { projectRoot } from '../../../shared/runtime/root.js';
import { inFolderOf } from '../../policy/base/policy-version.js';
import type { CheckedRules, CheckMessage } from './check-child.js';

/** Bounds what the rules of a stranger can cost. */
const BOUNDS = { timeMs: 60_000, heapMb: 512 } as const;
const CHILD = pathToFileURL(join(projectRoot, 'dist/services/cli/org/first-release/check-child.js'));

interface CheckParams {
  readonly org: OrgId;
  /** The folder of policies of the hub, whose schema, rules and members count. */
  readonly policies: string;
  readonly now: Date;
}

/**
 * Checks the first release of an organisation under the schema and the facts of the federation, as `policy check` does, and counts
 * what is not an error. Throws `release-refused` with the places of the first errors, also of those in the files of the federation,
 * without which no rule can be checked; `policy-missing` when the check takes longer than a minute or too much memory; and as
 * `readTextOrThrow` does.
 */
export async function checkFirstRelease(
  files: ReleaseFiles,
  { org, policies, now }: CheckParams,
): Promise<Omit<CheckedRules, 'errors'>> {
  const texts = candidateTexts(files, { org, policies });
  const today = now.toISOString().slice(0, 10);
  const { errors, ...counts } = await inFolderOf(texts, { rulesOf: unreleasedRules }, (folder) =>
    askChild<CheckMessage, CheckedRules>({ folder, org, today }, { child: CHILD, ...BOUNDS }),
  );
  const [first] = errors;
  if (first === undefined) return counts;
  throw fail(
    'release-refused',
    `\`policy check\` finds errors with the rules of \`${org}\`: ${first.path}: ${first.message}`,
    errors,
  );
}

/** Returns the files of the federation and those of the release, by their paths in a folder of policies. */
function candidateTexts(
  files: ReleaseFiles,
  { org, policies }: Pick<CheckParams, 'org' | 'policies'>,
): ReadonlyMap<string, string> {
  const shared = [...FEDERATION_FILES, DIRECTORY_FILE].map(
    (path) => [path, readTextOrThrow(policies, path) ?? ''] as const,
  );
  const own = [...files].map(([name, text]) => [`${org}/${name}`, text] as const);
  return new Map([...shared, ...own]);
}
