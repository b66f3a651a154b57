/** A notice of which local systems are to be warned; times in milliseconds, `exp` in seconds since the epoch. */
export interface WarnableRow {
  readonly seq: number;
  readonly originator: string;
  readonly id: string;
  readonly number: number;
  readonly exp: number;
  readonly reviewAt: number | null;
  /** When its next warning is due; 0: its end changed, and the next warning is not computed yet. */
  readonly warnAt: number;
  /** False for a revision that a newer one replaced or that was refused: it gives no warning. */
  readonly isCurrent: boolean;
}

/** Notices that warn local systems ahead of their review and end. `warn` belongs into a transaction. */
export interface WarnedNotices {
  /** The notices whose next warning is due at `now` (milliseconds since the epoch), oldest first. */
  dueWarnings(now: number, limit: number): readonly WarnableRow[];
  /** Adds the warnings that are due and sets when the next one is. */
  warn(row: WarnableRow, warnings: readonly DueWarning[], times: WarningTimes): void;
}

interface DueWarning {
  readonly name: 'review' | 'expiring';
  /** JSON. */
  readonly detail: string;
}

interface WarningTimes {
  readonly at: number;
  /** Null: no further warning. */
  readonly next: number | null;
}
