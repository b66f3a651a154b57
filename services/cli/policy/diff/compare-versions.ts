import { hexDigest } from '../../../shared/trust/digest.js';
import { diffPolicies, type PolicyDiff } from '../../../shared/workbench/diff/diff-policies.js';
import type { TimedRecheck } from '../../../shared/workbench/recheck/recheck-document.js';
import { recheckDiff } from '../../../shared/workbench/recheck/recheck-diff.js';
import type { Call } from '../../verb.js';
import { type RecheckChoices, seedFor } from '../recheck/recheck-options.js';
import { createDiffProgress } from './diff-progress.js';
import type { ComparedVersions } from './diff-text.js';

/** A comparison and its recheck. */
export interface CheckedDiff {
  readonly diff: PolicyDiff;
  readonly recheck: TimedRecheck;
}

/** Compares the versions and rechecks the result, with progress on stderr; undefined when the call was stopped. */
export async function compareVersions(
  { before: { workspace: before }, after: { workspace: after } }: ComparedVersions,
  { options, output, stopping }: Call<RecheckChoices>,
): Promise<CheckedDiff | undefined> {
  const line = output.progress ? (text: string): void => void process.stderr.write(text) : undefined;
  const width = process.stderr.columns ?? 80;
  const now = (): number => performance.now();
  const progress = createDiffProgress({ line, width, stopping, now });
  try {
    const diff = await diffPolicies(before, after, { digest: hexDigest, onProgress: progress.show });
    const start = now();
    const seed = seedFor(options, [before.sets, after.sets]);
    const recheck = await recheckDiff({ before, after, diff }, { seed, onRoute: progress.pause });
    return { diff, recheck: { ...recheck, millis: now() - start } };
  } catch (thrown) {
    if (stopping.aborted) return undefined;
    throw thrown;
  } finally {
    progress.end();
  }
}
