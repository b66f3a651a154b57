import { fail, isCode } from '../../../shared/kernel/errors.js';
import { pause } from '../../../shared/kernel/pause.js';
import type { ShownRelease } from '../../../shared/wire/shown-releases.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { ReleaseDraft } from './release-file.js';
import type { AskReleases, ListedReleases } from './releases-client.js';

/** Returns a release of these files that follows the one in force, without approvals. */
export function newDraft(
  { releases }: Pick<ListedReleases, 'releases'>,
  own: Pick<ReleaseDraft, 'org' | 'federation' | 'files'>,
): ReleaseDraft {
  const current = releases.find(({ state }) => state === 'in-force');
  const place = { version: (current?.version ?? 0) + 1, previous: current?.release ?? null };
  return { ...own, ...place, approvals: [], loosenings: [] };
}

const [POLL_MS, JUDGED_MS] = [500, 120_000];

interface WaitParams {
  /** Digest of the statement that was sent. */
  readonly statement: string;
  /** 120 s by default. */
  readonly withinMs?: number | undefined;
  readonly stopping: AbortSignal;
}

/** Resolves with the judged release. Throws `timed-out`, and the code with which the hub refused it unjudged. */
export async function waitForJudgement(
  ask: AskReleases,
  { statement, withinMs = JUDGED_MS, stopping }: WaitParams,
): Promise<ShownRelease> {
  const end = Date.now() + withinMs;
  while (Date.now() < end && !stopping.aborted) {
    const found = await ask(statement).catch((thrown: unknown) => {
      if (isCode(thrown, 'rate-limited', 'timed-out', 'unreachable', 'full', 'not-ready')) return undefined;
      throw thrown;
    });
    const judged = found?.releases.find((each) => each.statement === statement && each.state !== 'waiting');
    if (judged !== undefined) return judged;
    const refused = found?.unrecorded.find(
      (each) => each.statement === statement && each.state === 'refused',
    );
    if (refused !== undefined)
      throw fail('release-refused', `the hub refused the release: ${refused.code ?? 'it gives no reason'}`);
    await pause(POLL_MS, stopping);
  }
  throw fail('timed-out', `the release is not judged yet: see \`${suggestedCommand('policy releases')}\``);
}
