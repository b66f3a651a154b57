import { compareTraffic } from '../../shared/workbench/diff/traffic.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import type { ShownTraffic } from './shown-policies.js';
import type { WorkbenchRequestOf, Folders } from './asked.js';

/** So many are named; whoever loosens everything has seen it by then. */
const MAX_NAMED = 100;

/** What `policy diff --traffic` says of these notices, with those that would be decided differently by name. */
export function traffic(
  { folder, copy }: Folders,
  { recorded }: WorkbenchRequestOf<'traffic'>,
): ShownTraffic {
  const comparison = compareTraffic(openWorkspace(folder, digest), openWorkspace(copy, digest));
  const changed = recorded.notices.flatMap((notice) => {
    const recipients = comparison.add(notice);
    const { jti, at, originator, kind } = notice;
    return recipients.length === 0 ? [] : [{ jti, at, originator, kind, recipients }];
  });
  return {
    notices: recorded.notices.length,
    complete: recorded.complete,
    ...comparison.result(),
    differing: changed.length,
    changed: changed.slice(0, MAX_NAMED),
  };
}
