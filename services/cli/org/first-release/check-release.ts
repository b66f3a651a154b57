import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import {
  FEDERATION_FILES,
  type ReleaseFiles,
  RULE_FILES,
} from '../../../shared/ledger/release/release-files.js';
import { DIRECTORY_FILE } from '../../../shared/policy/federation-files.js';
import { askChild } from '../../../shared/policy/load/ask-child.js';
import { projectRoot } from '../../../shared/runtime/root.js';
import { readFederation } from '../../init/home-directory.js';
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
 * what is not an error. Throws `release-refused` with the places of the first errors, and `policy-missing` when the check takes
 * longer than a minute or too much memory.
 */
export async function checkFirstRelease(
  files: ReleaseFiles,
  { org, policies, now }: CheckParams,
): Promise<Omit<CheckedRules, 'errors'>> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-check-'));
  try {
    writeCandidate(folder, { org, policies, files });
    const message = { folder, org, today: now.toISOString().slice(0, 10) };
    const { errors, ...counts } = await askChild<CheckMessage, CheckedRules>(message, {
      child: CHILD,
      ...BOUNDS,
    });
    const [first] = errors;
    if (first === undefined) return counts;
    throw fail(
      'release-refused',
      `the rules of \`${org}\` have errors: ${first.path}: ${first.message}`,
      errors,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes a folder with the files of the federation, those of the release, and closed rules of every other member. */
function writeCandidate(
  folder: string,
  { org, policies, files }: Pick<CheckParams, 'org' | 'policies'> & { readonly files: ReleaseFiles },
): void {
  for (const path of [...FEDERATION_FILES, DIRECTORY_FILE])
    cpSync(join(policies, path), join(folder, path), { dereference: true });
  const others = Object.keys(readFederation(policies).organisations).filter((id) => id !== org);
  const closed = others.flatMap((id) =>
    RULE_FILES.map((name) => [`${id}/${name}`, closedRule(id, name)] as const),
  );
  const own = [...files].map(([name, text]) => [`${org}/${name}`, text] as const);
  for (const [path, text] of [...closed, ...own]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const closedRule = (org: string, name: string): string =>
  `@id("${org}-${name}-closed")\n@reason("not checked")\nforbid (principal, action, resource);\n`;
