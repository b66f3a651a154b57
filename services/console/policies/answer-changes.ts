import { approvedBy, parseApprovals, readApprovals } from '../../shared/workbench/diff/approvals.js';
import { diffDocument } from '../../shared/workbench/diff/diff-document.js';
import { diffPolicies } from '../../shared/workbench/diff/diff-policies.js';
import { compareTraffic } from '../../shared/workbench/diff/traffic.js';
import { recheckDocument } from '../../shared/workbench/recheck/recheck-document.js';
import { recheckDiff } from '../../shared/workbench/recheck/recheck-diff.js';
import { seedOfRules } from '../../shared/workbench/recheck/seed.js';
import { openWorkspace, type Workspace } from '../../shared/workbench/workspace.js';
import { digest, hexDigest } from '../../shared/trust/digest.js';
import type { ShownChange, ShownContradicted, ShownDiff, ShownTraffic } from './shown-policies.js';
import type { WorkbenchRequest, WorkbenchRequestOf, Folders } from './request.js';

/** The maximum number of notices that an answer names. */
const MAX_NAMED = 100;

/**
 * Compares the edit with the live policies as `policy diff` does. A comparison that contradicts the evaluator gives no
 * changes. An organisation's author sees only names of its own rules and of the federation's.
 */
export async function diff(
  { folder, copy }: Folders,
  { org }: WorkbenchRequest,
): Promise<ShownDiff | ShownContradicted> {
  const [before, after] = [openWorkspace(folder, digest), openWorkspace(copy, digest)];
  const found = await diffPolicies(before, after, {
    digest: hexDigest,
  });
  const seed = seedOfRules([before.sets, after.sets], hexDigest);
  const start = performance.now();
  const checked = await recheckDiff({ before, after, diff: found }, { seed });
  const recheck = { ...checked, millis: performance.now() - start };
  if (recheck.contradictions.length > 0) return { contradicted: recheckDocument(recheck) };
  const today = new Date().toISOString().slice(0, 10);
  const approvals = readApprovals(after).flatMap(parseApprovals);
  const { ids: approved } = approvedBy(approvals, found.changes, { today, digest: hexDigest });
  const { traffic: _none, ...document } = {
    floor: recheckDocument(recheck),
    ...diffDocument({ ...found, approved }),
  };
  return org === null ? document : visibleTo(org, document, [before, after]);
}

/** Leaves out the changes of other organisations, and names of their rules. */
function visibleTo(org: string, document: ShownDiff, versions: readonly Workspace[]): ShownDiff {
  const own = new Set(
    versions.flatMap(({ sets }) =>
      [...sets.rules.values()]
        .filter(({ place }) => place.startsWith(`${org}/`) || place.startsWith('federation/'))
        .map(({ id }) => id),
    ),
  );
  const visible = (changes: readonly ShownChange[]): readonly ShownChange[] =>
    changes
      .filter((change) => change.org === org)
      .map(({ rules, ...change }) => ({
        ...change,
        rules: {
          before: rules.before.filter((id) => own.has(id)),
          after: rules.after.filter((id) => own.has(id)),
        },
      }));
  return {
    domain: { ...document.domain, cut: [] },
    floor: document.floor,
    loosened: visible(document.loosened),
    tightened: visible(document.tightened),
    errors: visible(document.errors),
    reasonOnly: visible(document.reasonOnly),
  };
}

/** Decides recorded notices again as `policy diff --traffic` does, and names those that would be decided differently. */
export function traffic(
  { folder, copy }: Folders,
  { recorded }: WorkbenchRequestOf<'traffic'>,
): ShownTraffic {
  const comparison = compareTraffic(openWorkspace(folder, digest), openWorkspace(copy, digest));
  const changed = recorded.flatMap((notice) => {
    const recipients = comparison.add(notice);
    const { jti, at, originator, kind } = notice;
    return recipients.length === 0 ? [] : [{ jti, at, originator, kind, recipients }];
  });
  return {
    notices: recorded.length,
    ...comparison.result(),
    differing: changed.length,
    changed: changed.slice(0, MAX_NAMED),
  };
}
