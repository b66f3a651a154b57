import type { Change } from './changes.js';
import { recheckDocument, type TimedRecheck } from '../recheck/recheck-document.js';
import type { PolicyDiff } from './diff-policies.js';
import type { HeldDiff } from './held.js';
import type { Traffic } from './traffic.js';

/** The result of `policy diff`. */
export interface DiffResult extends Omit<PolicyDiff, 'space'> {
  /** The ids of the loosenings that were approved. */
  readonly approved: ReadonlySet<string>;
  readonly traffic?: Traffic;
  readonly held?: HeldDiff;
  /** The recheck of the comparison. */
  readonly recheck?: TimedRecheck;
}

/**
 * Returns the document of `policy diff --json` (docs/formats.md#policy-diff): one entry per change and kind, so that
 * several entries may share an id.
 */
export function diffDocument({ changes, size, cut, approved, traffic, held, recheck }: DiffResult) {
  const entries = (type: Change['type']) =>
    changes.filter((change) => change.type === type).flatMap((change) => entriesOf(change, approved));
  return {
    domain: { size: Number(size), complete: cut.length === 0, cut },
    ...(recheck === undefined ? {} : { floor: recheckDocument(recheck) }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(held === undefined ? {} : { held }),
    loosened: entries('loosened'),
    tightened: entries('tightened'),
    errors: entries('errors'),
    reasonOnly: entries('reason'),
  };
}

function entriesOf(change: Change, approved: ReadonlySet<string>) {
  const { id, type, org, layer, permission, section, rules, obligation, kinds } = change;
  return kinds.map(({ kind, counterexample, routes }) => ({
    id,
    org,
    layer,
    permission,
    kind,
    section,
    rules,
    ...(obligation === undefined ? {} : { obligation }),
    ...(type === 'loosened' ? { approved: approved.has(id) } : {}),
    counterexample,
    routes: routes.map(({ originator, recipient }) => ({ from: originator, to: recipient })),
  }));
}
