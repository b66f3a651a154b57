/** What decides whether a record is missing. */
export interface MissingParams {
  /** How long the record has been waited for, as `RecordWaits` measures it. */
  readonly waitedMs: number;
  /** The hub answered, and did not prove the record. */
  readonly isDenied: boolean;
  /** The hub has been silent for the time owed, as `HubSilence` measures it. */
  readonly isSilent: boolean;
  readonly owedMs: number;
}

/**
 * True if the hub owes the inclusion of a record: the hub has shown quorate checkpoints for `owedMs` since the first question
 * about the record, and denies it, or has not answered in that time. No record is missing while the auditor is down, the
 * connection is cut or no quorum is shown: readiness and the alarm `unwitnessed` report these.
 */
export function isMissing({ waitedMs, isDenied, isSilent, owedMs }: MissingParams): boolean {
  return (isDenied || isSilent) && waitedMs >= owedMs;
}
