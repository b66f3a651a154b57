/** The newest statement of one kind that the ledger has of an organisation; several digests if it signed one number twice. */
export interface ShownStatement {
  readonly number: number;
  readonly digests: readonly string[];
  /**
   * The newest statement of the kind that the router has as it was signed (a compact JWS); null without one. Its
   * number may be lower.
   */
  readonly signed: string | null;
}

/** The action that ended a notice. */
export interface ShownEnd {
  readonly verb: string;
  readonly number: number;
  /**
   * To the originator alone: its signed withdrawal (a compact JWS), or the records of both commands of a recall, proposal
   * first (base64url). Absent if the router cannot read them.
   */
  readonly proof?: readonly string[];
}

/** What the ledger has of a notice that the asker issued or holds: null and empty if it was never allowed any of it. */
export interface ShownHeldStanding {
  /** Number of the newest revision that it was allowed. */
  readonly number: number | null;
  /** The action that ended it; null also if the asker neither issued it nor was allowed it nor handed the action. */
  readonly end: ShownEnd | null;
  /** Digests of all other actions but declines that it was handed, the newest first. */
  readonly actions: readonly string[];
}

/** What the ledger has of an organisation, as the router answers it. */
export interface ShownStanding {
  /** Up to where the router had applied the ledger. */
  readonly read: { readonly epoch: string; readonly sequence: number };
  readonly submission: ShownStatement | null;
  /** Over its frames of receipts. */
  readonly receipts: ShownStatement | null;
  /** In the order of the question, at least one; the last ones are left out if the answer would take too long. */
  readonly held: readonly ShownHeldStanding[];
  /** `<jti> <kind> <exp> <recipient> …` of own revisions, by number; `exp` in seconds since the epoch. */
  readonly own: readonly string[];
  /** `after` of the next page of `own`; null on the last one. */
  readonly next: string | null;
}
