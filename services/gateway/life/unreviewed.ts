import type { Clock } from '../../shared/kernel/clock.js';
import type { Alarms } from '../../shared/runtime/alarms.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';

interface UnreviewedDeps {
  readonly store: Pick<GatewayStore, 'own'>;
  readonly clock: Clock;
  readonly alarms: Alarms;
  /** How long after its submission break-glass must be reviewed; 72 hours by default. */
  readonly reviewMs?: number;
}

const REVIEW_MS = 72 * 3_600_000;
/** The most revisions that the alarm names. */
const MAX_REPORTED = 100;

/** Creates the function that raises an alarm once for each break-glass without a timely review, and ends it when none is left. */
export function createUnreviewedReport(deps: UnreviewedDeps): () => void {
  const { store, clock, alarms, reviewMs = REVIEW_MS } = deps;
  let reported: ReadonlySet<string> = new Set();
  return () => {
    const rows = store.own.unreviewed(clock().getTime() - reviewMs, MAX_REPORTED);
    const found = new Set(rows.map(({ id, number }) => `${id}.${number}`));
    for (const jti of found)
      if (!reported.has(jti)) alarms.raise('break-glass-unreviewed', { code: 'timed-out' }, { jti });
    reported = found;
    if (found.size === 0) alarms.end('break-glass-unreviewed');
  };
}
