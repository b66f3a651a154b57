// The answers of the auditor about the quarantine, which the command line and the console's page show.

/** The outcome of one notice of a replayed frame; of a dry run, the outcome it would have. */
export interface ShownResult {
  readonly notice: string | null;
  readonly code: string | null;
  readonly delivered: readonly string[];
  readonly redacted: readonly string[];
  readonly denied: readonly string[];
}

/** A command for the quarantine as the ledger has it. */
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

/** An entry of the quarantine, from its record; never its bytes. */
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
  /** Set if this message is an attack of the home's simulator (docs/formats.md#a-home). */
  readonly simulated?: true;
  /** The number of its record in the auditor's file; only for viewers of the whole federation. */
  readonly record?: number;
  /** In order; only for viewers of the whole federation. */
  readonly commands: readonly ShownCommand[];
}

/** One page of entries, newest first. */
export interface ShownQuarantine {
  readonly entries: readonly ShownEntry[];
  /** The value of `after` that requests the next page; null on the last page. */
  readonly next: string | null;
}

/** Marks an entry that is on the list of a simulator. */
export function markSimulated(
  entry: ShownEntry,
  list: { readonly has: (entry: string) => boolean },
): ShownEntry {
  return list.has(entry.entry) ? { ...entry, simulated: true } : entry;
}
