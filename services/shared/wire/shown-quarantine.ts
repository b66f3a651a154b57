/** What the auditor answers about the quarantine; the command line and the console's page show it. */

/** What became of one notice of a replayed frame, or would. */
export interface ShownResult {
  readonly notice: string | null;
  readonly code: string | null;
  readonly delivered: readonly string[];
  readonly redacted: readonly string[];
  readonly denied: readonly string[];
}

/** A command on the ledger. */
export interface ShownCommand {
  readonly id: string;
  readonly verb: string;
  readonly org: string;
  readonly entry: string;
  /** `accepted` while it is being carried out. */
  readonly outcome: string;
  readonly code: string | null;
  readonly person: string;
  readonly note: string | null;
  readonly at: string;
  readonly results: readonly ShownResult[];
}

/** An entry of the quarantine: what its record says of it, and nothing of its bytes. */
export interface ShownEntry {
  readonly entry: string;
  readonly org: string;
  readonly what: string;
  readonly reason: string;
  /** Bytes. */
  readonly size: number;
  readonly subject: string;
  readonly at: string;
  readonly state: string;
  readonly closedAt: string | null;
  /** Its record in the auditor's file; for the federation alone. */
  readonly record?: number;
  /** In order; for the federation alone. */
  readonly commands: readonly ShownCommand[];
}

/** Newest first. */
export interface ShownQuarantine {
  readonly entries: readonly ShownEntry[];
  /** Asks for what follows, as `after`. */
  readonly next: string | null;
}
