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

/** A witness of the policy in force. */
export interface ShownWitness {
  /** By the policy. */
  readonly name: string;
  /** The name of its key in notes. */
  readonly key: string;
  /** Where it is asked over HTTP; null for a gateway, which is asked by messages. */
  readonly url: string | null;
  /** The entries of the largest checkpoint that it cosigned; null for none since the auditor started. */
  readonly size: number | null;
}

/** What was published of the log, and who cosigned it. */
export interface ShownLog {
  /** The entries of the newest published checkpoint; null before the first. */
  readonly size: number | null;
  /** Those of the newest checkpoint with a quorum; null before the first. */
  readonly quorate: number | null;
  readonly witnesses: readonly ShownWitness[];
}

/** What an order to begin the next life of the log must name (`EndedLog`); null while no records are missing. */
export interface ShownLacking {
  readonly lacking: { readonly checkpoint: string; readonly kept: number } | null;
}

/** The present life of the log, and the numbers of the records of the order that began it, which the first life does not have. */
export interface ShownLogLife {
  readonly life: number;
  /** The record of the command that carried the order out: the first entry of the life. */
  readonly record?: number;
  readonly proposal?: number;
}

/** A life of the log that two operators ended, in the copy of a mirror. */
export interface ShownEndedLife {
  readonly life: number;
  /** The entries of the checkpoint at which the order ended it. */
  readonly entries: number;
  /** How many of them the mirror has. */
  readonly kept: number;
}

/** How far the file and the log over it are behind. */
export interface ShownProgress {
  /** When the auditor confirmed the newest published checkpoint last, in ISO 8601. */
  readonly confirmedAt: string;
  /** Records of the file that this checkpoint does not have. */
  readonly unsealed: number;
  /** Records of the ledger that are not in the file yet; null before the first pull. */
  readonly behind: number | null;
}

/** The state of the auditor's file; empty for viewers of a single organisation. */
export interface ShownLedger {
  readonly records: number | null;
  readonly waiting: ShownWaiting | null;
  readonly log: ShownLog | null;
  /** Null before the first heartbeat. */
  readonly progress: ShownProgress | null;
  /** Only at a mirror that has a later life of the log: the lives that orders ended, the oldest first. */
  readonly endedLives?: readonly ShownEndedLife[];
  /** The newest first. */
  readonly ruledOut: readonly ShownRuledOut[];
}
