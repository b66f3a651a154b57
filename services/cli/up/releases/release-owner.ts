import { fail } from '../../../shared/kernel/errors.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { releaseDigest } from '../../../shared/ledger/release/release.js';
import { digestOfFiles, FEDERATION_FILES, RULE_FILES } from '../../../shared/ledger/release/release-files.js';
import { INVARIANTS_FILE, type PolicyBundle } from '../../../shared/policy/adopted/bundle.js';
import type { ShownRelease } from '../../../shared/wire/shown-releases.js';
import { changeIdOf } from '../../../shared/workbench/diff/change-id.js';
import { newDraft, waitForJudgement } from '../../policy/release/judged-draft.js';
import type { ReleaseDraft } from '../../policy/release/release-file.js';
import type { Releaser } from '../../policy/release/releaser.js';
import { type ListedReleases, looseningsIn } from '../../policy/release/releases-client.js';
import type { OwnerFiles } from './owner-files.js';

/** How the files of one owner are released. */
export interface OwnerReleasing {
  readonly releaser: Releaser;
  /** The name of the federation. */
  readonly federation: string;
  /** Returns the draft with approvals of these loosenings. */
  readonly approve: (draft: ReleaseDraft, loosenings: readonly string[]) => Promise<ReleaseDraft>;
  /** Resolves with the policies in force; undefined while there are none. */
  readonly adopted: () => Promise<PolicyBundle | undefined>;
  readonly stopping: AbortSignal;
}

/**
 * Releases the files of one owner if others are in force, and resolves with the judgement; with undefined if they are in force. A
 * release that is refused for nothing but loosenings that `approvals.yaml` approves is approved and sent again. Throws `not-ready`
 * while an earlier release waits, and as `Releaser` and `waitForJudgement` do.
 */
export async function releaseOwner(
  { files, approved }: OwnerFiles,
  { releaser, federation, approve, adopted, stopping }: OwnerReleasing,
): Promise<ShownRelease | undefined> {
  const { org, ask, send } = releaser;
  const listed = await ask();
  requireNoneWaiting(listed);
  const own = { org, federation, files };
  if (await areInForce(own, { listed, adopted })) return undefined;
  const draft = newDraft(listed, own);
  const judge = async (loosenings: readonly string[]): Promise<ShownRelease> => {
    const statement = await send(await approve(draft, loosenings));
    return waitForJudgement(ask, { statement, stopping });
  };
  const first = await judge([]);
  const loosenings = looseningsIn(first).map(({ loosening }) => loosening);
  const isApproved = loosenings.every((one) => approved.includes(changeIdOf(one)));
  const isOther = loosenings.length < (first.findings ?? []).length;
  return loosenings.length === 0 || isOther || !isApproved ? first : judge(loosenings);
}

function requireNoneWaiting({ releases, unrecorded }: ListedReleases): void {
  const waiting =
    releases.find(({ state }) => state === 'waiting') ?? unrecorded.find(({ state }) => state === 'queued');
  if (waiting !== undefined)
    throw fail('not-ready', `version ${waiting.version} still waits for its judgement`);
}

type OwnFiles = Pick<ReleaseDraft, 'org' | 'federation' | 'files'>;

interface InForceParams extends Pick<OwnerReleasing, 'adopted'> {
  readonly listed: ListedReleases;
}

/** True if the files of the owner are those of its release in force or, before its first one, those of the policies in force. */
async function areInForce(
  { files, ...own }: OwnFiles,
  { listed: { releases, bundle }, adopted }: InForceParams,
): Promise<boolean> {
  const current = releases.find(({ state }) => state === 'in-force');
  if (current !== undefined) {
    const { version, release } = current;
    // The digest of a release names the one before it.
    const previous = newestReplaced(releases)?.release ?? null;
    return releaseDigest({ ...own, version, previous, content: digestOfFiles(files) }) === release;
  }
  const inForce = await adopted();
  if (inForce === undefined || inForce.digest !== bundle)
    throw fail('not-ready', 'no router has adopted policies yet');
  return namesOf(own).every(([name, path]) => files.get(name) === inForce.files.get(path));
}

function newestReplaced(releases: readonly ShownRelease[]): ShownRelease | undefined {
  const judgedAt = (one: ShownRelease): number => Date.parse(one.judgedAt ?? '');
  const replaced = releases.filter(({ state }) => state === 'replaced');
  return replaced.toSorted((one, other) => judgedAt(other) - judgedAt(one))[0];
}

/** The files of an owner that are part of a bundle, by their names in a release and in the bundle. */
function namesOf({ org }: Pick<OwnFiles, 'org'>): readonly (readonly [name: string, path: string])[] {
  return org === LEDGER_OWNER
    ? [...FEDERATION_FILES, INVARIANTS_FILE].map((path) => [path, path] as const)
    : RULE_FILES.map((name) => [name, `${org}/${name}`] as const);
}
