import { nextWarning, warningsOf } from '../../shared/notice/warnings.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { WarnableRow } from '../../shared/store/gateway/gateway-sweep-inbox.js';

interface WarningDeps {
  readonly store: Pick<GatewayStore, 'commit' | 'warnings'>;
  /** Local systems have something new to read. */
  readonly onTold: () => void;
}

/** Maximum notices in one transaction. */
const ROWS = 50;

/**
 * Creates the step that warns local systems once of each review and end of a held notice whose warning is due
 * at `now` (ms). The clock must be steady.
 */
export function createEndWarnings({ store, onTold }: WarningDeps) {
  return async (now: number, signal: AbortSignal): Promise<void> => {
    for (let isMore = true; isMore && !signal.aborted; ) {
      const rows = store.warnings.dueWarnings(now, ROWS);
      if (rows.length > 0) {
        await store.commit(() => {
          for (const row of rows) warn(store, row, now);
        });
        onTold();
      }
      isMore = rows.length > 0;
    }
  };
}

function warn({ warnings }: WarningDeps['store'], row: WarnableRow, now: number): void {
  const times = { reviewAt: row.reviewAt, endsAt: row.exp * 1000 };
  const next = nextWarning(times, row.warnAt)?.at ?? null;
  const due = warningsOf(times).filter(({ at }) => at === row.warnAt);
  const told = due.map(({ name }) => ({
    name,
    detail: JSON.stringify(
      name === 'review' ? { reviewAt: instant(row.reviewAt ?? now) } : { expiresAt: instant(times.endsAt) },
    ),
  }));
  warnings.warn(row, told, { at: now, next });
}

function instant(time: number): string {
  return new Date(time).toISOString();
}
