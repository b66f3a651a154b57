/** The answer of the auditor's `/v1/recalls`. Imports nothing. */
export interface ShownRecalls {
  /** The oldest first. */
  readonly recalls: readonly ShownRecall[];
  /** `from` of the next page; null on the last one. */
  readonly next: number | null;
}

/** A recall in force: two operators ended a notice for the federation. */
export interface ShownRecall {
  readonly id: string;
  readonly originator: string;
  /** When its record was signed, in ISO 8601. */
  readonly recalledAt: string;
  /** The operators who signed, first and second. */
  readonly by: readonly string[];
  /** The originator and each organisation that was ever allowed the notice. */
  readonly holders: readonly ShownRecallAnswer[];
}

/** What one organisation answered (`destroyed`, `kept`, `not-held`); null while it owes an answer. */
export interface ShownRecallAnswer {
  readonly org: string;
  readonly answer: string | null;
  readonly answeredAt: string | null;
}
