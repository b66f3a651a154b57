// The auditor's answer about the state of its file, which the command line shows.

/** The record at which the auditor waits. */
export interface ShownWaiting {
  readonly epoch: string;
  readonly sequence: number;
  readonly subject: string;
  /** The SHA-256 of its bytes in hex. */
  readonly digest: string;
  /** Why it cannot be verified yet. */
  readonly code: string;
  readonly since: string;
}

/** A record that an operator ruled out. */
export interface ShownRuledOut {
  /** The number of its entry in the auditor's file. */
  readonly record: number;
  readonly epoch: string;
  readonly sequence: number;
  readonly subject: string;
  readonly digest: string;
  /** The id of the command. */
  readonly command: string;
  /** The person who gave the command; null until the auditor has archived the command itself. */
  readonly person: string | null;
  readonly note: string;
  /** When the command was signed. */
  readonly at: string;
}

/** The state of the auditor's file; empty for viewers of a single organisation. */
export interface ShownLedger {
  readonly records: number | null;
  readonly waiting: ShownWaiting | null;
  /** The newest first. */
  readonly ruledOut: readonly ShownRuledOut[];
}
