/** A recipient that holds of one notice what it would not get any more. */
export interface ShownOverheldPair {
  readonly originator: string;
  readonly id: string;
  /** The revision that it holds. */
  readonly jti: string;
  readonly kind: string;
  readonly recipient: string;
  /** True when it would not get the notice at all. */
  readonly whole: boolean;
  /** The sections that it may not hold any more, sorted; with `whole` all that it holds. */
  readonly sections: readonly string[];
}

/** A page of who holds what it may not any more, as the auditor and the router answer it. */
export interface ShownOverheld {
  /** Digest of the adopted policies that judged. */
  readonly bundle: string;
  /** By originator, notice and recipient. */
  readonly pairs: readonly ShownOverheldPair[];
  /** `after` of the next page; null on the last one. */
  readonly next: string | null;
}
