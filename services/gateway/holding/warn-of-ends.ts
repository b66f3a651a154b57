import { nextWarning, warningsOf } from '../../shared/notice/warnings.js';
import type { GatewayStore } from '../../shared/store/gateway/gateway-store.js';
import type { WarnableRow, WarnedNotices } from '../../shared/store/gateway/warnings/warned-notices.js';

interface WarningDeps {
  readonly store: Pick<GatewayStore, 'commit' | 'warnings'>;
  /** Local systems have something new to read. */
  readonly onTold: () => void;
}

/** Maximum notices in one transaction. */
const ROWS = 50;

/**
 * Creates the step that warns local systems once of each review and end, of held and of own notices, whose warning is due at
 * `now` (ms). The clock must be steady.
 */
export function createEndWarnings({ store, onTold }: WarningDeps) {
  const { held, own } = store.warnings;
  const warnDue = async (notices: WarnedNotices, now: number): Promise<boolean> => {
    const rows = notices.dueWarnings(now, ROWS);
    if (rows.length === 0) return false;
    await store.commit(() => {
      for (const row of rows) warn(notices, row, now);
    });
    onTold();
    return true;
  };
  return async (now: number, signal: AbortSignal): Promise<void> => {
    for (const notices of [held, own]) {
      for (let isMore = true; isMore && !signal.aborted; ) isMore = await warnDue(notices, now);
    }
  };
}

function warn(notices: WarnedNotices, row: WarnableRow, now: number): void {
  const times = { reviewAt: row.reviewAt, endsAt: row.exp * 1000 };
  // `warnAt` is 0 after the end has changed; warnings whose time has passed are then left out.
  const next = nextWarning(times, row.warnAt === 0 ? now : row.warnAt)?.at ?? null;
  const due = row.isCurrent ? warningsOf(times).filter(({ at }) => at === row.warnAt) : [];
  const told = due.map(({ name }) => ({
    name,
    detail: JSON.stringify(
      name === 'review' ? { reviewAt: instant(row.reviewAt ?? now) } : { expiresAt: instant(times.endsAt) },
    ),
  }));
  notices.warn(row, told, { at: now, next });
}

function instant(time: number): string {
  return new Date(time).toISOString();
}
