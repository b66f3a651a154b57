import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fail, LiaisonError } from '../../../shared/kernel/errors.js';
import { didYouMean } from '../../../shared/kernel/nearest.js';
import { SCHEMA_FILE } from '../../../shared/policy/schema.js';
import { type ApprovalFile, readApprovals } from '../../../shared/workbench/diff/approvals.js';
import { openWorkspace, type Workspace } from '../../../shared/workbench/workspace.js';
import type { PolicyBase } from '../base/policy-base.js';
import { inFolderOf, requireVersion } from '../base/policy-version.js';
import { projectRoot } from '../../../shared/runtime/root.js';
import { digest } from '../../../shared/trust/digest.js';

/** A version of the policies that the command line named. */
export interface PolicySource {
  readonly name: string;
  readonly workspace: Workspace;
  /** Its `approvals.yaml` files, unparsed: only those of the newer version are used. */
  readonly approvals: readonly ApprovalFile[];
  /** The options by which `policy explain` reads this version; absent for a git revision, which it cannot read. */
  readonly explainedBy?: readonly string[];
  /** True where approvers sign loosenings in a release, and `approvals.yaml` counts for nothing. */
  readonly isReleased?: true;
}

/**
 * Opens a folder of policies, a folder that contains one (`policies/`), or else a git revision; with a base a version that it names or
 * completes. Throws `usage` for a name that is none of these, and the errors of `openWorkspace` with the name of the version in front.
 */
export async function openPolicySource(name: string, base: PolicyBase | undefined): Promise<PolicySource> {
  if (base === undefined) return openComplete(name);
  return inFolderOf(await requireVersion(name, base), base, (folder) => ({
    name,
    explainedBy: explainedBy(name, base),
    ...openNamed(name, folder),
    isReleased: true,
  }));
}

/** At a site `--policies` names what the own rules are laid over. */
function explainedBy(name: string, { name: base, site }: PolicyBase): readonly string[] {
  const over = site === undefined ? [] : ['--policies', base];
  if (name === base) return over;
  return site === undefined ? ['--policies', name] : [...over, '--rules', name];
}

function openComplete(name: string): PolicySource {
  if (statSync(name, { throwIfNoEntry: false })?.isDirectory() === true) {
    const folder = relativeToHere(findPoliciesIn(name));
    return { name: relativeToHere(name), explainedBy: ['--policies', folder], ...openNamed(name, folder) };
  }
  const copy = mkdtempSync(join(tmpdir(), 'liaison-policies-'));
  try {
    copyRevision(name, copy);
    return { name, ...openNamed(name, join(copy, POLICIES)) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Returns a path relative to the working directory, unless it is outside of it. */
function relativeToHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short || '.';
}

const POLICIES = 'policies';

/**
 * Returns the folder of policies at a path: the path itself or `policies/` in it. Throws `usage` when neither
 * is one.
 */
export function findPoliciesIn(name: string): string {
  const folder = [name, join(name, POLICIES)].find((each) => existsSync(join(each, SCHEMA_FILE)));
  if (folder !== undefined) return folder;
  throw fail(
    'usage',
    `\`${name}\` is not a folder of policies and contains none: there is no \`${SCHEMA_FILE}\``,
  );
}

function openNamed(name: string, folder: string): Pick<PolicySource, 'workspace' | 'approvals'> {
  try {
    const workspace = openWorkspace(folder, digest);
    return { workspace, approvals: readApprovals(workspace) };
  } catch (thrown) {
    if (!(thrown instanceof LiaisonError)) throw thrown;
    // Makes paths relative to the folder: the temporary copy of a revision is gone when the error is shown.
    const within = (text: string): string => text.replaceAll(`${folder}/`, '');
    const details = thrown.details.map((detail) => ({ ...detail, path: within(detail.path) }));
    throw new LiaisonError(thrown.code, `\`${name}\`: ${within(thrown.message)}`, { details, cause: thrown });
  }
}

/** Writes `policies/` of a revision into a folder; the repository is that of the working directory, else this clone. */
function copyRevision(revision: string, into: string): void {
  const root = attempt(process.cwd(), ['rev-parse', '--show-toplevel'])?.trim() ?? projectRoot;
  const commit = attempt(root, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ])?.trim();
  if (commit === undefined) throw unknown(revision, root);
  const files = git(root, ['ls-tree', '-r', '-z', '--name-only', commit, '--', `${POLICIES}/`]).split('\0');
  const paths = files.filter((path) => path !== '');
  if (paths.length === 0)
    throw fail('usage', `the git revision \`${revision}\` has no folder \`${POLICIES}\``);
  for (const path of paths) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), git(root, ['show', `${commit}:${path}`]));
  }
}

function unknown(name: string, root: string): LiaisonError {
  const names = attempt(root, ['for-each-ref', '--format=%(refname:short)'])?.split('\n') ?? [];
  const near = didYouMean(name, ['HEAD', ...names.filter((each) => each !== '')]);
  return fail('usage', `\`${name}\` is neither a folder of policies nor a git revision${near}`);
}

/** Runs git; undefined when it fails or is not installed. */
function attempt(root: string, words: readonly string[]): string | undefined {
  try {
    return git(root, words);
  } catch {
    return undefined;
  }
}

function git(root: string, words: readonly string[]): string {
  return execFileSync('git', ['-C', root, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  });
}
